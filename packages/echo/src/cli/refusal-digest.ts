import type { RefusalReason } from "@udp/core";

const QUIET_NS = 1_000_000_000;

/**
 * Keeps a stranger from filling the log: of the refusals for one reason one a second is shown, with
 * the number of those that were not.
 */
export class RefusalDigest {
  readonly #shownAtNs = new Map<RefusalReason, number>();
  readonly #unshownCounts = new Map<RefusalReason, number>();

  /** How many were not shown since the last one, where this one is to be shown. */
  admit(reason: RefusalReason, nowNs: number): number | undefined {
    const unshownCount = this.#unshownCounts.get(reason) ?? 0;
    if (nowNs - (this.#shownAtNs.get(reason) ?? -QUIET_NS) < QUIET_NS) {
      this.#unshownCounts.set(reason, unshownCount + 1);
      return undefined;
    }
    this.#shownAtNs.set(reason, nowNs);
    this.#unshownCounts.delete(reason);
    return unshownCount;
  }
}
