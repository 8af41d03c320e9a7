import { msToNs } from "@udp/core";

const FIRST_WAIT_NS = msToNs(100);
const LONGEST_WAIT_NS = msToNs(1000);

/** A request that is sent again, after waits that double up to a second, until it is answered or given up. */
export class RepeatedRequest {
  #timeoutNs: number;
  #attempt = 0;
  #firstAtNs = Number.POSITIVE_INFINITY;
  #dueAtNs = Number.NEGATIVE_INFINITY;
  readonly #firstWaitNs: number;
  #waitNs: number;

  /** @param firstWaitNs at least so long an answer takes, where that is known. */
  constructor(timeoutNs: number, firstWaitNs = 0) {
    this.#timeoutNs = timeoutNs;
    this.#firstWaitNs = Math.max(firstWaitNs, FIRST_WAIT_NS);
    this.#waitNs = this.#firstWaitNs;
  }

  /** When it is to be sent next, or given up. */
  get dueAtNs(): number {
    return Math.min(this.#dueAtNs, this.#giveUpAtNs);
  }

  isGivenUp(nowNs: number): boolean {
    return nowNs >= this.#giveUpAtNs;
  }

  /** There is something else to ask: it is due at once, and waits begin anew. It is given up when it was. */
  restart(): void {
    this.#dueAtNs = Number.NEGATIVE_INFINITY;
    this.#waitNs = this.#firstWaitNs;
  }

  /** It is given up so long after the first attempt, if that is sooner. */
  shorten(timeoutNs: number): void {
    this.#timeoutNs = Math.min(this.#timeoutNs, timeoutNs);
  }

  /** Which attempt is to be sent now, from 1 on; `undefined` where none is. */
  next(nowNs: number): number | undefined {
    if (nowNs < this.#dueAtNs) return undefined;
    if (this.#attempt === 0) this.#firstAtNs = nowNs;
    this.#dueAtNs = nowNs + this.#waitNs;
    this.#waitNs = Math.max(this.#waitNs, Math.min(2 * this.#waitNs, LONGEST_WAIT_NS));
    return ++this.#attempt;
  }

  get #giveUpAtNs(): number {
    return this.#firstAtNs + this.#timeoutNs;
  }
}
