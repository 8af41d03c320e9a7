/** How the probes of a {@link ProbeSeries} follow each other. */
export interface SeriesTiming {
  /** How long an answer is waited for before the next probe. */
  readonly timeoutNs: number;
  /** From an answer to the next probe. */
  readonly repeatNs: number;
}

/** The probes of one size to one hop, one after the other. */
export class ProbeSeries {
  readonly #timing: SeriesTiming;
  #sentCount = 0;
  #answeredCount = 0;
  #dueNs = Number.NEGATIVE_INFINITY;

  constructor(timing: SeriesTiming) {
    this.#timing = timing;
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  /** When the next probe may leave, or the wait for the last one ends. */
  get dueNs(): number {
    return this.#dueNs;
  }

  /** Whether there is a probe to send or to wait for, where `probeCount` of them are wanted. */
  isOpen(probeCount: number, nowNs: number): boolean {
    if (this.#sentCount < probeCount) return true;
    return this.#answeredCount < this.#sentCount && nowNs < this.#dueNs;
  }

  wantsProbe(probeCount: number, nowNs: number): boolean {
    return this.#sentCount < probeCount && nowNs >= this.#dueNs;
  }

  send(nowNs: number): void {
    this.#sentCount++;
    this.#dueNs = nowNs + this.#timing.timeoutNs;
  }

  answer(nowNs: number): void {
    this.#answeredCount++;
    this.#dueNs = Math.min(this.#dueNs, nowNs + this.#timing.repeatNs);
  }
}
