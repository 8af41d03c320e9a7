import { integerOption, nsToMs } from "@udp/core";

/** How many requests to one peer may be unanswered at a time. */
export interface WindowOptions {
  /** NSTART of RFC 7252 section 4.7: before the first answer. 1 to `maxRequests`; default 1. */
  readonly initialRequests?: number;
  /** 1 to 65,536; default 64. */
  readonly maxRequests?: number;
}

/** A {@link CongestionWindow} as plain data. */
export interface WindowSnapshot {
  readonly requests: number;
  /** From there on it grows slowly. */
  readonly threshold: number;
  /** From now, so below 0. */
  readonly lastLossMs: number;
}

/**
 * The window to one peer: it grows with every answer that comes while it is full, at first by one
 * each, after the first loss by one in a window (RFC 5681), halves with every round of losses, and
 * begins anew when nothing was sent for long. Where `initialRequests` is `maxRequests` it is fixed:
 * then nothing changes it.
 */
export class CongestionWindow {
  readonly #initialRequests: number;
  readonly #maxRequests: number;
  readonly #isFixed: boolean;
  #requests: number;
  #threshold = Number.POSITIVE_INFINITY;
  #lastLossNs = Number.NEGATIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor({ maxRequests = 64, initialRequests = 1 }: WindowOptions = {}) {
    this.#maxRequests = integerOption("maxRequests", maxRequests, 1, 65_536);
    this.#initialRequests = integerOption("initialRequests", initialRequests, 1, maxRequests);
    this.#requests = initialRequests;
    this.#isFixed = initialRequests === maxRequests;
  }

  /** At least 1. */
  get requests(): number {
    return Math.floor(this.#requests);
  }

  inspect(nowNs: number): WindowSnapshot {
    return {
      requests: this.#requests,
      threshold: this.#threshold,
      lastLossMs: nsToMs(this.#lastLossNs - nowNs),
    };
  }

  /** @param isFull whether there were as many requests as may be: what is not used is not proven. */
  onAnswer(isFull: boolean): void {
    if (this.#isFixed || !isFull) return;
    const growth = this.#requests < this.#threshold ? 1 : 1 / this.#requests;
    this.#requests = Math.min(this.#requests + growth, this.#maxRequests);
  }

  /** Nothing was sent for a timeout: what it knew of the path is old (RFC 5681 section 4.1). */
  onIdle(): void {
    this.#requests = Math.min(this.#requests, this.#initialRequests);
  }

  /**
   * A request went unanswered. What was sent before the last loss was noticed belongs to its round.
   *
   * @returns whether a round of losses begins.
   */
  onLoss(sentAtNs: number, nowNs: number): boolean {
    if (sentAtNs < this.#lastLossNs) return false;
    this.#lastLossNs = nowNs;
    if (this.#isFixed) return true;
    this.#threshold = Math.max(this.#requests / 2, 1);
    this.#requests = this.#threshold;
    return true;
  }
}
