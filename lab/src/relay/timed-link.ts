import type { Clock } from "@udp/core";
import type { BadLink, Way } from "../link/bad-link.ts";

/**
 * Drives a bad link by a clock, with one timer for all that is in it. A timer that comes late delays
 * packets, and never changes their order.
 */
export class TimedLink {
  readonly #link: BadLink;
  readonly #clock: Clock;
  #armedForNs: number | undefined;
  #disarm: () => void = () => undefined;

  constructor(link: BadLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /**
   * Sends a packet into the link now.
   *
   * @param packetBytes its length with the IP header.
   * @param arrive called once for every copy that arrives, during this call where that is at once.
   */
  send(way: Way, packetBytes: number, arrive: () => void): void {
    this.#link.send(way, packetBytes, this.#clock.nowNs(), arrive);
    this.#deliverDue();
  }

  /** What is in the link arrives no more, unless something is sent again. */
  stop(): void {
    this.#disarm();
    this.#armedForNs = undefined;
  }

  #deliverDue(): void {
    this.#link.deliverDue(this.#clock.nowNs());
    const nextNs = this.#link.nextDeadlineNs();
    if (nextNs !== this.#armedForNs) this.#arm(nextNs);
  }

  #arm(deadlineNs: number | undefined): void {
    this.stop();
    if (deadlineNs === undefined) return;
    this.#armedForNs = deadlineNs;
    this.#disarm = this.#clock.at(deadlineNs, () => this.#deliverDue());
  }
}
