/** A router's word that packets were too large for its next link; it quoted probes of ours. */
export interface PacketTooBig {
  /** The router. */
  readonly from: string;
  /** What it says the next link carries, in IP packet bytes. */
  readonly mtuBytes: number;
  /** The smallest probe that it quoted, in IP packet bytes. */
  readonly quotedBytes: number;
  /** How often it said so. */
  readonly count: number;
}

/** A path has fewer routers; who is on it could send under any number of names. */
const MAX_KEPT = 64;

/** What routers said, each word once with its count. */
export class PacketTooBigLog {
  readonly #kept = new Map<string, PacketTooBig>();

  /** In the order in which they were first heard; at most 64. */
  get all(): readonly PacketTooBig[] {
    return [...this.#kept.values()];
  }

  add({ from, mtuBytes, quotedBytes }: Omit<PacketTooBig, "count">): void {
    const key = `${mtuBytes} ${from}`;
    const known = this.#kept.get(key);
    if (known === undefined && this.#kept.size >= MAX_KEPT) return;
    const { count = 0, quotedBytes: leastBytes = quotedBytes } = known ?? {};
    const leastQuotedBytes = Math.min(leastBytes, quotedBytes);
    this.#kept.set(key, { from, mtuBytes, quotedBytes: leastQuotedBytes, count: count + 1 });
  }
}
