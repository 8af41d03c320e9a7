import type { HopRecord } from "./hop.ts";

interface Word {
  readonly mtuBytes: number;
  /** The lowest hop limit that drew it: the router stands before that hop. */
  readonly hopLimit: number;
}

/** What routers said their next links carry. */
export class NarrowLinks {
  readonly #words = new Map<string, Word>();

  /** @param hopLimit of the probe that was too big. */
  note(from: string, mtuBytes: number, hopLimit: number): void {
    const known = this.#words.get(from) ?? { mtuBytes, hopLimit };
    this.#words.set(from, {
      mtuBytes: Math.min(known.mtuBytes, mtuBytes),
      hopLimit: Math.min(known.hopLimit, hopLimit),
    });
  }

  /**
   * The least MTU that each hop told. A router that no hop shows under this address is taken for
   * the one before the nearest hop that it kept a probe from.
   */
  mtusByHop(records: readonly HopRecord[]): Map<number, number> {
    const mtus = new Map<number, number>();
    for (const [from, { mtuBytes, hopLimit }] of this.#words) {
      const record = records.find((candidate) => candidate.isAt(from));
      const hop = record?.hop ?? Math.max(hopLimit - 1, 1);
      mtus.set(hop, Math.min(mtuBytes, mtus.get(hop) ?? mtuBytes));
    }
    return mtus;
  }
}
