/**
 * What became of the claim of a router that probes were too big. `too-small`: a probe that it refused
 * arrived, or it said so again after larger ones had. `too-large`: not even smaller than the packet
 * that it refuses. `below-minimum`: less than every link must carry. `unstated`: it gave no number
 * (RFC 1191 section 5). `plausible`: nothing contradicts it.
 */
export type TooBigClaim = "plausible" | "too-small" | "too-large" | "below-minimum" | "unstated";

/** A router's word that a probe of ours was too big for its next link. */
export interface PacketTooBig {
  /** What it says its next link carries, in IP packet bytes; 0 where it does not say. */
  readonly mtuBytes: number;
  /** The router, where that is known. */
  readonly from?: string | undefined;
}

/** What one router said, each word once. */
export interface TooBigReport extends PacketTooBig {
  /** The smallest probe that drew it, in IP packet bytes. */
  readonly quotedBytes: number;
  /** How often it was said. */
  readonly count: number;
  readonly claim: TooBigClaim;
}

/** A probe that a router refused, as far as a claim is judged by it. */
interface QuotedProbe {
  readonly id: number;
  readonly bytes: number;
}

interface Word extends PacketTooBig {
  readonly quoted: Map<number, QuotedProbe>;
  count: number;
}

/** Hints that may turn out wrong before the others are searched for without hints. */
const MAX_WRONG_HINTS = 3;

/** A path has fewer routers; who is on it could send any number, under any name. */
const MAX_WORDS = 64;

/** What routers said during one search: where to look next, and which of them lie. */
export class TooBigReports {
  readonly #minBytes: number;
  #words = new Map<string, Word>();

  constructor(minBytes: number) {
    this.#minBytes = minBytes;
  }

  add({ mtuBytes, from }: PacketTooBig, probe: QuotedProbe): void {
    const key = `${mtuBytes} ${from}`;
    const word = this.#words.get(key) ?? { mtuBytes, from, quoted: new Map(), count: 0 };
    if (word.count === 0 && this.#words.size >= MAX_WORDS) return;
    word.count++;
    word.quoted.set(probe.id, { id: probe.id, bytes: probe.bytes });
    this.#words.set(key, word);
  }

  forget(): void {
    this.#words = new Map();
  }

  /**
   * Every word with what became of its claim, in the order in which they were first heard.
   *
   * @param isContradicted whether the fate of the probe, or what arrived before it, says that more
   * than `mtuBytes` passes.
   */
  judge(
    isContradicted: (probe: QuotedProbe, mtuBytes: number) => boolean,
  ): readonly TooBigReport[] {
    return [...this.#words.values()].map(({ mtuBytes, from, quoted, count }) => {
      const probes = [...quoted.values()];
      const quotedBytes = Math.min(...probes.map(({ bytes }) => bytes));
      const isTooSmall = probes.some((probe) => isContradicted(probe, mtuBytes));
      const claim = this.#claimOf(mtuBytes, quotedBytes, isTooSmall);
      return { mtuBytes, from, quotedBytes, count, claim };
    });
  }

  /**
   * The least size from `confirmedBytes` to below `ceilingBytes` that a router claims to pass;
   * `undefined` where none does, or too many claims were wrong (`isMissing`) already.
   */
  hint(
    confirmedBytes: number,
    ceilingBytes: number,
    isMissing: (bytes: number) => boolean,
  ): number | undefined {
    const sizes = this.judge(() => false)
      .filter(({ claim }) => claim === "plausible")
      .map(({ mtuBytes }) => mtuBytes);
    if (new Set(sizes.filter(isMissing)).size >= MAX_WRONG_HINTS) return undefined;
    const open = sizes.filter((bytes) => bytes >= confirmedBytes && bytes < ceilingBytes);
    return open.length === 0 ? undefined : Math.min(...open);
  }

  #claimOf(mtuBytes: number, quotedBytes: number, isTooSmall: boolean): TooBigClaim {
    if (mtuBytes === 0) return "unstated";
    if (mtuBytes < this.#minBytes) return "below-minimum";
    if (mtuBytes >= quotedBytes) return "too-large";
    return isTooSmall ? "too-small" : "plausible";
  }
}
