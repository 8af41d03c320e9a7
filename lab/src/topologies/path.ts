import { choiceOption, UdpError } from "@udp/core";
import type { BadLinkOptions } from "../link/bad-link-options.ts";
import { Lab } from "../network/lab.ts";
import type { Node, Plan, Port } from "../plan/plan.ts";
import { checkMtu, numberingsFor } from "./addressing.ts";
import type { BlackHole } from "./black-hole.ts";
import { BLACK_HOLES, KEEP_SILENT, SILENCE_OTHERS } from "./black-hole.ts";

/** What {@link createPath} may be told. */
export interface PathOptions {
  /** The MTU of each hop, 1 to 64 of them, 68 to 65535 each; with one below 1280 there is no IPv6. */
  readonly mtus: readonly number[];
  /**
   * Default: routers say what they cannot pass on. `all` takes a router, and so two hops, `far`
   * takes two.
   */
  readonly blackHole?: BlackHole | undefined;
  /** The hop in the middle; default: a perfect one. `forward` is from `h1` to `h2`. */
  readonly link?: BadLinkOptions | undefined;
}

/** As far as a datagram gets with the time to live that Linux gives it. */
const MAX_HOPS = 64;

/**
 * Host `h1`, routers `r1`, `r2`, … and host `h2` in a row. Hop `n` is the network 10.77.n.0/24, its
 * near end .1, its far end .2. Routers send every ICMP error that they can, without a limit.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function pathPlan({ mtus, blackHole, link }: PathOptions): Plan {
  checkHops(mtus, blackHole);
  const path = new Path(mtus, blackHole);
  const middle = Math.ceil((mtus.length + 1) / 2);
  return {
    nodes: path.places.map((place) => path.nodeAt(place)),
    cables: mtus.map((_, index) => ({
      near: path.nearPort(index + 1),
      far: path.farPort(index + 1),
      carriesBytes: blackHole === "layer2" ? mtus[index] : undefined,
      link: index + 1 === middle ? link : undefined,
    })),
  };
}

/**
 * Makes the network of {@link pathPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
 */
export async function createPath(options: PathOptions): Promise<Lab> {
  return await Lab.open(pathPlan(options));
}

function checkHops(mtus: readonly number[], blackHole: BlackHole | undefined): void {
  for (const [index, mtuBytes] of mtus.entries()) checkMtu(`mtus[${index}]`, mtuBytes);
  if (blackHole !== undefined) choiceOption("blackHole", blackHole, BLACK_HOLES);
  const minHops = { none: 1, layer2: 1, all: 2, far: 3 }[blackHole ?? "none"];
  if (mtus.length >= minHops && mtus.length <= MAX_HOPS) return;
  const reason = blackHole === undefined ? "" : ` with the black hole ${blackHole}`;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `mtus: expected from ${minHops} to ${MAX_HOPS} of them${reason}; got ${mtus.length}`,
  );
}

/** Hop 1 leads from place 0, which is `h1`, to place 1; the last hop to the last place, `h2`. */
class Path {
  /** From 0 to the number of hops. */
  readonly places: readonly number[];
  readonly #mtus: readonly number[];
  readonly #blackHole: BlackHole | undefined;
  readonly #lastPlace: number;

  constructor(mtus: readonly number[], blackHole: BlackHole | undefined) {
    this.#mtus = mtus;
    this.#blackHole = blackHole;
    this.#lastPlace = mtus.length;
    this.places = [0, ...mtus.map((_, index) => index + 1)];
  }

  nodeAt(place: number): Node {
    return {
      name: this.#nameAt(place),
      role: this.#isRouter(place) ? "router" : "host",
      routes: this.#routesAt(place),
      firewall: this.#firewallAt(place),
    };
  }

  nearPort(hop: number): Port {
    return this.#port(hop, hop - 1, 1);
  }

  farPort(hop: number): Port {
    return this.#port(hop, hop, 2);
  }

  #port(hop: number, place: number, host: number): Port {
    const isLayer2 = this.#blackHole === "layer2";
    return {
      node: this.#nameAt(place),
      interface: this.#interfaceTo(hop, place),
      addresses: this.#numberings.map((ip) => ip.interfaceAddress(hop, host)),
      mtuBytes: isLayer2 ? Math.max(...this.#mtus) : this.#mtuOf(hop),
    };
  }

  /** A router's way back is `e0`, its way on is `e1`. */
  #interfaceTo(hop: number, place: number): string {
    return this.#isRouter(place) && hop > place ? "e1" : "e0";
  }

  /** Hosts leave everything to their router; a router knows each hop, and nothing else. */
  #routesAt(place: number): string[] {
    return this.#numberings.flatMap((ip) => {
      const back = ` via ${ip.host(place, 1)}`;
      const on = ` via ${ip.host(place + 1, 2)}`;
      if (this.#lastPlace === 1) return [];
      if (place === 0) return [ip.everything + on];
      if (place === this.#lastPlace) return [ip.everything + back];
      return [
        ...this.places.slice(1, place).map((hop) => ip.network(hop) + back),
        ...this.places.slice(place + 2).map((hop) => ip.network(hop) + on),
      ];
    });
  }

  #firewallAt(place: number): string | undefined {
    if (this.#blackHole === "all" && this.#isRouter(place)) return KEEP_SILENT;
    return this.#blackHole === "far" && place === 1 ? SILENCE_OTHERS : undefined;
  }

  #isRouter(place: number): boolean {
    return place > 0 && place < this.#lastPlace;
  }

  #nameAt(place: number): string {
    if (place === 0) return "h1";
    return place === this.#lastPlace ? "h2" : `r${place}`;
  }

  #mtuOf(hop: number): number {
    return this.#mtus[hop - 1] ?? 0;
  }

  get #numberings() {
    return numberingsFor(Math.min(...this.#mtus));
  }
}
