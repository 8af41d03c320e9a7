import { UdpError } from "@udp/core";
import { Lab } from "../network/lab.ts";
import type { Cable, Node, Plan } from "../plan/plan.ts";
import type { Numbering } from "./addressing.ts";
import { checkMtu, DEFAULT_MTU_BYTES, numberingsFor } from "./addressing.ts";

/** What {@link createDiamond} may be told. */
export interface DiamondOptions {
  /** The MTU of each way, behind its router; 2 to 9 of them, default three of 1500. */
  readonly mtus?: readonly number[] | undefined;
}

const DEFAULT_MTUS = [DEFAULT_MTU_BYTES, DEFAULT_MTU_BYTES, DEFAULT_MTU_BYTES];
const MIN_WAYS = 2;
const MAX_WAYS = 9;

/** The hosts have an address each that all ways lead to, in networks of their own. */
const SOURCE_NETWORK = 100;
const DESTINATION_NETWORK = 200;

/** Addresses and ports decide together on the way of a datagram (RFC 2992). */
const FLOW_HASH = {
  "net/ipv4/fib_multipath_hash_policy": 1,
  "net/ipv6/fib_multipath_hash_policy": 1,
};

/**
 * Host `source` (10.77.100.1), routers `r1`, `r2`, … side by side, and host `destination`
 * (10.77.200.1): each flow takes one of the ways, there and back.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function diamondPlan({ mtus = DEFAULT_MTUS }: DiamondOptions = {}): Plan {
  checkWays(mtus);
  const numberings = numberingsFor(Math.min(...mtus));
  const ways = mtus.map((mtuBytes, index) => new Way(index + 1, mtuBytes, numberings));
  const host = (name: string, own: number, other: number, gateway: GatewayOf): Node => ({
    name,
    role: "host",
    settings: FLOW_HASH,
    loopbackAddresses: numberings.map((ip) => ip.host(own, 1)),
    routes: numberings.map((ip) => {
      const nextHops = ways.map((way) => `nexthop via ${gateway(way, ip)}`);
      return `${ip.network(other)} src ${ip.host(own, 1)} ${nextHops.join(" ")}`;
    }),
  });
  return {
    nodes: [
      host("source", SOURCE_NETWORK, DESTINATION_NETWORK, (way, ip) => way.nearGateway(ip)),
      ...ways.map((way) => way.router),
      host("destination", DESTINATION_NETWORK, SOURCE_NETWORK, (way, ip) => way.farGateway(ip)),
    ],
    cables: ways.flatMap((way) => way.cables),
  };
}

/**
 * Makes the network of {@link diamondPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
 */
export async function createDiamond(options?: DiamondOptions): Promise<Lab> {
  return await Lab.open(diamondPlan(options));
}

function checkWays(mtus: readonly number[]): void {
  for (const [index, mtuBytes] of mtus.entries()) checkMtu(`mtus[${index}]`, mtuBytes);
  if (mtus.length >= MIN_WAYS && mtus.length <= MAX_WAYS) return;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `mtus: expected from ${MIN_WAYS} to ${MAX_WAYS} of them; got ${mtus.length}`,
  );
}

type GatewayOf = (way: Way, ip: Numbering) => string;

/** Way `n`: network 10.77.n.0/24, router `rn`, network 10.77.(10 + n).0/24. */
class Way {
  readonly #number: number;
  readonly #mtuBytes: number;
  readonly #numberings: readonly Numbering[];

  constructor(number: number, mtuBytes: number, numberings: readonly Numbering[]) {
    this.#number = number;
    this.#mtuBytes = mtuBytes;
    this.#numberings = numberings;
  }

  /** The router, as the source sees it. */
  nearGateway(ip: Numbering): string {
    return ip.host(this.#number, 2);
  }

  /** The router, as the destination sees it. */
  farGateway(ip: Numbering): string {
    return ip.host(10 + this.#number, 1);
  }

  get router(): Node {
    const routes = this.#numberings.flatMap((ip) => [
      `${ip.network(SOURCE_NETWORK)} via ${ip.host(this.#number, 1)}`,
      `${ip.network(DESTINATION_NETWORK)} via ${ip.host(10 + this.#number, 2)}`,
    ]);
    return { name: `r${this.#number}`, role: "router", routes };
  }

  get cables(): Cable[] {
    const { name } = this.router;
    const inWay = `e${this.#number - 1}`;
    return [
      this.#cable(this.#number, ["source", inWay], [name, "e0"], DEFAULT_MTU_BYTES),
      this.#cable(10 + this.#number, [name, "e1"], ["destination", inWay], this.#mtuBytes),
    ];
  }

  #cable(network: number, near: PortName, far: PortName, mtuBytes: number): Cable {
    const port = ([node, interfaceName]: PortName, host: number) => ({
      node,
      interface: interfaceName,
      addresses: this.#numberings.map((ip) => ip.interfaceAddress(network, host)),
      mtuBytes,
    });
    return { near: port(near, 1), far: port(far, 2) };
  }
}

type PortName = readonly [node: string, interfaceName: string];
