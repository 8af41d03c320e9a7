/** To be woken takes up to some tens of microseconds; a thread that watches is not woken at all. */
const WATCH_NS = 100_000;

/** So many in a row that saw nothing: replies take longer, or the far end needs this very core. */
const MAX_VAIN_WATCHES = 16;

/**
 * How long after a datagram its reply is watched for rather than waited for, so that a short round trip is not
 * measured together with this thread's awakening. Where it does not help it is given up.
 */
export class ReplyWatch {
  #untilNs = Number.NEGATIVE_INFINITY;
  #vainCount = 0;

  /** Until when to watch; past where there is nothing to watch for. */
  get untilNs(): number {
    return this.#untilNs;
  }

  /** A datagram leaves. */
  noteSent(nowNs: number): void {
    if (this.#vainCount === MAX_VAIN_WATCHES) return;
    this.#untilNs = nowNs + WATCH_NS;
    this.#vainCount++;
  }

  /** Something came. */
  noteArrival(nowNs: number): void {
    if (nowNs > this.#untilNs) return;
    this.#untilNs = Number.NEGATIVE_INFINITY;
    this.#vainCount = 0;
  }
}
