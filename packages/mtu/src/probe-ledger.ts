import type { LossEstimate } from "./loss-estimate.ts";

/** A datagram to be sent now, with its answer to be told by `id`. */
export interface Probe {
  /** Never used twice by one search. */
  readonly id: number;
  /** Of the whole IP packet. */
  readonly bytes: number;
}

/**
 * What became of a probe. `refused`: this host was too narrow for it. `unsent`: this host did not
 * send it for another reason.
 */
export type ProbeFate = "pending" | "acknowledged" | "unanswered" | "refused" | "unsent";

/** A probe as the ledger keeps it. */
export interface ProbeEntry extends Probe {
  /** Which probes were sent together. */
  readonly burst: number;
  readonly sentAtNs: number;
  readonly fate: ProbeFate;
}

/** What became of the probes of one size. */
export interface SizeWitness {
  /** Of the whole IP packet. */
  readonly bytes: number;
  /** Probes that left this host. */
  readonly sentCount: number;
  /** Those that are known to have arrived. */
  readonly acknowledgedCount: number;
  /** Those that may still be answered in time. */
  readonly awaitedCount: number;
  /** Probes that this host itself was too narrow for. */
  readonly refusedCount: number;
  /** Probes that this host did not send for another reason. */
  readonly unsentCount: number;
}

type Entry = { -readonly [Key in keyof ProbeEntry]: ProbeEntry[Key] };

/** The probes of one search, what became of them, and what that says about sizes. */
export class ProbeLedger {
  #nextId = 0;
  #burst = 0;
  #sentCount = 0;
  #entries = new Map<number, Entry>();

  /** Probes that left this host, ever. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /** How many times probes were sent together, ever: one round trip each. */
  get burstCount(): number {
    return this.#burst;
  }

  /** Later answers to the probes so far will mean nothing. */
  forget(): void {
    this.#entries = new Map();
  }

  /** Enters probes that are sent together. */
  send(sizes: readonly number[], nowNs: number): readonly Probe[] {
    this.#burst++;
    this.#sentCount += sizes.length;
    return sizes.map((bytes) => {
      const id = this.#nextId++;
      this.#entries.set(id, { id, bytes, burst: this.#burst, sentAtNs: nowNs, fate: "pending" });
      return { id, bytes };
    });
  }

  find(id: number): ProbeEntry | undefined {
    return this.#entries.get(id);
  }

  mark(id: number, fate: ProbeFate): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (fate === "refused" || fate === "unsent") this.#sentCount--;
    entry.fate = fate;
  }

  get isAwaiting(): boolean {
    return this.#entries.values().some(({ fate }) => fate === "pending");
  }

  /** The wait is over. What still comes is late, and counts. */
  giveUpPending(): void {
    for (const entry of this.#entries.values()) {
      if (entry.fate === "pending") entry.fate = "unanswered";
    }
  }

  /** Of the probes that were sent together last. */
  lastBurst(): readonly ProbeEntry[] {
    return this.#where(({ burst }) => burst === this.#burst);
  }

  /** Every size that was tried since what was known was last forgotten, in ascending order. */
  witnesses(): readonly SizeWitness[] {
    const bySize = Map.groupBy(this.#entries.values(), ({ bytes }) => bytes);
    return [...bySize.values()].map(witnessOf).toSorted((one, other) => one.bytes - other.bytes);
  }

  /** The loss that sizes up to `confirmedBytes` met. */
  lossUpTo(confirmedBytes: number): LossEstimate {
    const passing = this.#where(({ bytes }) => bytes <= confirmedBytes);
    const count = (fate: ProbeFate): number =>
      passing.filter((entry) => entry.fate === fate).length;
    return { arrivedCount: count("acknowledged"), lostCount: count("unanswered") };
  }

  /** Whether more than `bytes` had arrived of what was sent before a probe. */
  hasPassedBefore({ burst }: ProbeEntry, bytes: number): boolean {
    return this.#entries
      .values()
      .some((entry) => entry.fate === "acknowledged" && entry.burst < burst && entry.bytes > bytes);
  }

  /** How many copies of a size went unanswered while a smaller one of their burst was answered. */
  missingCount(bytes: number): number {
    return this.#missing().filter((entry) => entry.bytes === bytes).length;
  }

  /** How many of all larger sizes went unanswered. */
  unansweredAbove(bytes: number): number {
    return this.#where((entry) => entry.fate === "unanswered" && entry.bytes > bytes).length;
  }

  /** The smallest size above `confirmedBytes` with a missing copy. */
  smallestMissing(confirmedBytes: number): number | undefined {
    const sizes = this.#missing().map(({ bytes }) => bytes);
    const above = sizes.filter((bytes) => bytes > confirmedBytes);
    return above.length === 0 ? undefined : Math.min(...above);
  }

  #missing(): readonly ProbeEntry[] {
    const leastAnswered = new Map<number, number>();
    for (const { fate, burst, bytes } of this.#entries.values()) {
      if (fate !== "acknowledged") continue;
      leastAnswered.set(burst, Math.min(bytes, leastAnswered.get(burst) ?? bytes));
    }
    return this.#where(
      ({ fate, burst, bytes }) =>
        fate === "unanswered" && bytes > (leastAnswered.get(burst) ?? Number.POSITIVE_INFINITY),
    );
  }

  #where(holds: (entry: ProbeEntry) => boolean): readonly ProbeEntry[] {
    return [...this.#entries.values()].filter(holds);
  }
}

function witnessOf(probes: readonly ProbeEntry[]): SizeWitness {
  const count = (fate: ProbeFate): number => probes.filter((probe) => probe.fate === fate).length;
  const [refusedCount, unsentCount] = [count("refused"), count("unsent")];
  return {
    bytes: probes[0]?.bytes ?? 0,
    sentCount: probes.length - refusedCount - unsentCount,
    acknowledgedCount: count("acknowledged"),
    awaitedCount: count("pending"),
    refusedCount,
    unsentCount,
  };
}
