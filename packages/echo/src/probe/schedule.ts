import type { Random } from "@udp/core";

/** When datagrams are to leave, whatever comes back. */
export interface ScheduleOptions {
  /** From one burst to the next, on average; more than 0. */
  readonly intervalNs: number;
  /** Datagrams that leave at one moment, at least 1. */
  readonly burstSize: number;
  /**
   * `fixed`: bursts are as far apart as the interval. `poisson`: by chance, independent of what came
   * before, so that nothing that is periodic on the path is met always or never (RFC 2330 section 11.1.1).
   */
  readonly kind: "fixed" | "poisson";
}

/** The intended times of datagrams, one after the other. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #random: Random;
  #count = 0;
  #burst = 0;
  #burstAtNs = 0;

  constructor(options: ScheduleOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** When the next datagram is to leave, in nanoseconds after the first one. */
  next(): number {
    if (this.#count === this.#options.burstSize) this.#nextBurst();
    this.#count++;
    return this.#burstAtNs;
  }

  #nextBurst(): void {
    const { intervalNs, kind } = this.#options;
    this.#count = 0;
    this.#burst++;
    this.#burstAtNs =
      kind === "fixed"
        ? this.#burst * intervalNs
        : this.#burstAtNs - Math.log(1 - this.#random()) * intervalNs;
  }
}
