const QUIET_NS = 1_000_000_000;

/**
 * Keeps a stranger from filling the log: of what was not answered for one reason one a second is
 * shown, with the number of those that were not.
 */
export class ReasonDigest<Reason extends string> {
  readonly #shownAtNs = new Map<Reason, number>();
  readonly #unshownCounts = new Map<Reason, number>();

  /** How many were not shown since the last one, where this one is to be shown. */
  admit(reason: Reason, nowNs: number): number | undefined {
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
