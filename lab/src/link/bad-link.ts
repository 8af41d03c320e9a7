import { seededRandom, TimerQueue } from "@udp/core";
import type { LinkCounters } from "@udp/core/simulation";
import { Link } from "@udp/core/simulation";
import type { BadLinkOptions } from "./bad-link-options.ts";

/** The two ways of a link, named from its near end. */
export type Way = "forward" | "backward";

/** What one way of a link has done so far. */
export interface WayCounters extends LinkCounters {
  /** Of those `delivered`, the arrivals that are still to come. */
  readonly underWay: number;
}

const DEFAULT_SEED = 1;

/** @throws UdpError `UDP_BAD_OPTION`. */
export function checkBadLink(options: BadLinkOptions): void {
  new BadLink(options);
}

/** Both ways of a bad link, and what is on its way in it. Does no I/O: whoever drives it does. */
export class BadLink {
  readonly #links: Readonly<Record<Way, Link>>;
  readonly #arrivals = new TimerQueue();
  readonly #underWay: Record<Way, number> = { forward: 0, backward: 0 };

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor({ seed = DEFAULT_SEED, backward, ...forward }: BadLinkOptions) {
    this.#links = {
      forward: new Link(forward, seededRandom(seed)),
      backward: new Link(backward ?? forward, seededRandom(~seed)),
    };
  }

  /** A copy that does not change. */
  counters(way: Way): WayCounters {
    return { ...this.#links[way].counters, underWay: this.#underWay[way] };
  }

  /**
   * Other options from the next packet on; what is on its way stays so, chance and counters go on.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  configure(options: Omit<BadLinkOptions, "seed">): void {
    checkBadLink(options); // both ways, before one is changed
    const { backward, ...forward } = options;
    this.#links.forward.configure(forward);
    this.#links.backward.configure(backward ?? forward);
  }

  /**
   * Decides what becomes of a packet that is sent now.
   *
   * @param packetBytes its length with the IP header.
   * @param arrive called once for every copy that arrives, by {@link deliverDue}.
   */
  send(way: Way, packetBytes: number, nowNs: number, arrive: () => void): void {
    const fate = this.#links[way].send(packetBytes, nowNs);
    if (fate.kind === "dropped") return;
    for (const arrivalNs of fate.arrivalsNs) {
      this.#underWay[way]++;
      this.#arrivals.add(arrivalNs, () => {
        this.#underWay[way]--;
        arrive();
      });
    }
  }

  /** When the next packet arrives; `undefined` where none is on its way. */
  nextDeadlineNs(): number | undefined {
    return this.#arrivals.nextDeadlineNs();
  }

  /** Lets everything arrive that is due. */
  deliverDue(nowNs: number): void {
    for (;;) {
      const arrival = this.#arrivals.takeDue(nowNs);
      if (arrival === undefined) return;
      arrival.callback();
    }
  }
}
