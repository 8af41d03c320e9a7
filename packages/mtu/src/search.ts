import { msToNs, nsToMs, RttEstimator } from "@udp/core";
import type { LossEstimate } from "./loss-estimate.ts";
import { chanceAllLost } from "./loss-estimate.ts";
import type { Probe, ProbeEntry, SizeWitness } from "./probe-ledger.ts";
import { ProbeLedger } from "./probe-ledger.ts";
import type { SearchView } from "./probe-plan.ts";
import { planBelowBase, planBurst, planFirstBurst } from "./probe-plan.ts";
import type { PathMtuSearchOptions, SearchSettings } from "./search-options.ts";
import { searchSettings } from "./search-options.ts";
import type { PacketTooBig, TooBigReport } from "./too-big-reports.ts";
import { TooBigReports } from "./too-big-reports.ts";

/** The states of RFC 8899 section 5.2. */
export type SearchState = "disabled" | "base" | "searching" | "search-complete" | "error";

/** What a search knows; a copy that does not change. Sizes are of whole IP packets. */
export interface SearchOutcome {
  /** The largest size that was acknowledged; `undefined` where nothing was. */
  readonly pathMtuBytes: number | undefined;
  /** The path MTU is `pathMtuBytes`, or at least the maximum of the search where it is that. */
  readonly isExact: boolean;
  /** Whether the path or the maximum of the search is the limit; `undefined` while not exact. */
  readonly limitedBy: "path" | "maximum" | undefined;
  /** The smallest size above that did not arrive in comparison with smaller ones. */
  readonly refutedBytes: number | undefined;
  /**
   * The chance that mere loss made `refutedBytes` look too large, or where none was compared, all that
   * is larger than what arrived: 0 to 1.
   */
  readonly errorProbability: number;
  /** Probes that left this host. */
  readonly probeCount: number;
  /** Times that probes were sent together and waited for. */
  readonly roundTripCount: number;
  /** Both ways together, at sizes that pass. */
  readonly loss: LossEstimate;
  /** Smoothed; `undefined` before the first acknowledgement. */
  readonly rttNs: number | undefined;
  /** What became of the probes of each size, in ascending order, since the search began anew. */
  readonly sizes: readonly SizeWitness[];
  /** The Packet Too Big messages, and which of them lied. */
  readonly tooBigReports: readonly TooBigReport[];
}

/** MAX_PROBES of RFC 8899 section 5.1.2. */
const MAX_PROBES = 3;

/** Bursts without any answer that end a search in parallel: random loss can take a few of them. */
const MAX_SILENT_BURSTS = 5;
const CAUTIOUS_CONTROL_COUNT = 3;

/** PROBE_TIMER of RFC 8899 section 5.1.1; the parallel search compares, and need not wait so long. */
const MIN_SEQUENTIAL_WAIT_MS = 1000;
const MIN_PARALLEL_WAIT_MS = 50;
const MAX_WAIT_MS = 3000;

/** A packet held back once has about twice the delay of the others. */
const REORDERING_ROUND_TRIPS = 2;

/**
 * The path MTU search of RFC 8899 (DPLPMTUD) without its socket: it says which sizes to send, and is
 * told what became of them. Sizes are of whole IP packets, times those of one monotonic clock.
 *
 * ```
 *                  connectivity              base acknowledged
 *       disabled ───────────────▶ base ─────────────────────────▶ searching ◀─┐ raise timer
 *          ▲                       │ ▲                              │    │    │
 *          │ nothing arrives       │ └── black hole ────────────────┘    ▼    │
 *          └──────────── error ◀───┘ no base                    search-complete
 *                          └── something arrives ──▶ searching
 * ```
 *
 * By default it departs from the RFC's one probe per round trip: it sends up to 12 at once, and takes
 * a size for too large by comparison, when copies of it stay unanswered while smaller probes of the
 * same burst are answered, until loss explains that with no more than `maxErrorProbability`. That
 * chance is averaged over every loss that fits what was seen at sizes that pass.
 *
 * Only acknowledgements decide. A Packet Too Big message says where to look next.
 */
export class PathMtuSearch {
  readonly #settings: SearchSettings;
  readonly #isSequential: boolean;
  readonly #ledger = new ProbeLedger();
  readonly #reports: TooBigReports;
  readonly #rtt: RttEstimator;
  #state: SearchState = "disabled";
  #confirmedBytes: number | undefined;
  #maxBytes: number;
  /** PROBE_COUNT: bursts in a row without any acknowledgement. */
  #probeCount = 0;
  #probesBefore = 0;
  #burstState: SearchState = "disabled";
  /** PROBE_TIMER, while answers are awaited. */
  #probeTimerNs: number | undefined;
  #raiseTimerNs = Number.POSITIVE_INFINITY;
  #confirmationTimerNs = Number.POSITIVE_INFINITY;
  #nowNs = 0;

  /**
   * A search on a path that has connectivity.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  constructor(options: PathMtuSearchOptions, nowNs: number) {
    this.#settings = searchSettings(options);
    this.#isSequential = this.#settings.maxProbesAtOnce === 1;
    this.#maxBytes = this.#settings.maxBytes;
    this.#reports = new TooBigReports(this.#settings.minBytes);
    this.#rtt = new RttEstimator({
      minRtoMs: this.#isSequential ? MIN_SEQUENTIAL_WAIT_MS : MIN_PARALLEL_WAIT_MS,
      initialRtoMs: 1000,
      maxRtoMs: MAX_WAIT_MS,
    });
    this.restore(nowNs);
  }

  get state(): SearchState {
    return this.#state;
  }

  /** PLPMTU: what the path is known to carry; `undefined` before anything was acknowledged. */
  get confirmedBytes(): number | undefined {
    return this.#confirmedBytes;
  }

  /** Whether probes are awaited or due without waiting for a timer of minutes. */
  get isSearching(): boolean {
    return this.#state === "base" || this.#state === "searching" || this.#state === "error";
  }

  get outcome(): SearchOutcome {
    const confirmedBytes = this.#confirmedBytes ?? 0;
    const refutedBytes = this.#ledger.smallestMissing(confirmedBytes);
    const isAtMaximum = confirmedBytes >= this.#maxBytes;
    const isExact = this.#isDecided;
    return {
      pathMtuBytes: this.#confirmedBytes,
      isExact,
      limitedBy: isExact ? (isAtMaximum ? "maximum" : "path") : undefined,
      refutedBytes,
      errorProbability: this.#errorProbability(confirmedBytes, refutedBytes),
      probeCount: this.#ledger.sentCount,
      roundTripCount: this.#ledger.burstCount,
      loss: this.#loss,
      rttNs: this.#rtt.smoothedRttMs === undefined ? undefined : msToNs(this.#rtt.smoothedRttMs),
      sizes: this.#ledger.witnesses(),
      tooBigReports: this.#reports.judge(this.#isContradicted),
    };
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    if (this.#probeTimerNs !== undefined) return this.#probeTimerNs;
    if (this.#state === "disabled") return undefined;
    if (this.#state !== "search-complete") return this.#nowNs;
    const timerNs = Math.min(this.#raiseTimerNs, this.#confirmationTimerNs);
    return timerNs === Number.POSITIVE_INFINITY ? undefined : timerNs;
  }

  /** The probes to be sent now, with fragmentation forbidden; often none. */
  poll(nowNs: number): readonly Probe[] {
    this.#nowNs = nowNs;
    if (this.#probeTimerNs !== undefined && nowNs >= this.#probeTimerNs) this.#endBurst(nowNs);
    if (this.#probeTimerNs !== undefined) return [];
    if (this.#state === "search-complete" && nowNs >= this.#raiseTimerNs) this.#raise();
    const sizes = this.#planBurst(nowNs);
    if (sizes.length === 0) return [];
    this.#probeTimerNs = nowNs + this.#waitNs;
    this.#burstState = this.#state;
    return this.#ledger.send(sizes, nowNs);
  }

  /** A probe arrived at the far end. Late answers count, others than the first do not. */
  acknowledge(id: number, nowNs: number): void {
    this.#nowNs = nowNs;
    const probe = this.#ledger.find(id);
    if (probe === undefined || probe.fate === "acknowledged" || probe.fate === "refused") return;
    this.#ledger.mark(id, "acknowledged");
    this.#rtt.addSample(nsToMs(nowNs - probe.sentAtNs), { isAmbiguous: false });
    this.#probeCount = 0;
    this.#awaitMore(nowNs);
    this.#confirm(probe);
    if (this.#probeTimerNs !== undefined && !this.#ledger.isAwaiting) this.#endBurst(nowNs);
    else if (this.#probeTimerNs === undefined) this.#concludeIfDecided(nowNs);
  }

  /**
   * A Packet Too Big message about a probe, checked to quote it (RFC 8899 section 4.6). It is a hint:
   * it neither raises nor lowers what is confirmed. For one about the user's own datagrams, there is
   * {@link suspectBlackHole}.
   */
  packetTooBig(id: number, packetTooBig: PacketTooBig, nowNs: number): void {
    this.#nowNs = nowNs;
    const probe = this.#ledger.find(id);
    if (probe === undefined || probe.fate === "refused") return;
    this.#reports.add(packetTooBig, probe);
    const { mtuBytes } = packetTooBig;
    if (mtuBytes < this.#settings.minBytes || mtuBytes >= probe.bytes) return;
    if (this.#state === "base" && mtuBytes < this.#baseBytes) this.#enter("error");
    if (this.#isSequential && probe.fate === "pending") this.#takeHint(id, mtuBytes, nowNs);
  }

  /** This host did not send a probe, because its own limit on the way is `limitBytes`. */
  refusedLocally(id: number, limitBytes: number, nowNs: number): void {
    this.#nowNs = nowNs;
    const probe = this.#ledger.find(id);
    if (probe?.fate !== "pending") return;
    this.#ledger.mark(id, "refused");
    this.#maxBytes = Math.min(this.#maxBytes, limitBytes, probe.bytes - 1);
    if (this.#maxBytes < this.#settings.minBytes) this.loseConnectivity(nowNs);
    else if (this.#maxBytes < (this.#confirmedBytes ?? 0)) this.suspectBlackHole(nowNs);
    else if (!this.#ledger.isAwaiting) this.#endBurst(nowNs);
  }

  /** This host did not send a probe, for another reason than its size. */
  notSent(id: number): void {
    if (this.#ledger.find(id)?.fate === "pending") this.#ledger.mark(id, "unsent");
  }

  /** The path has no connectivity: the search rests until {@link restore}. */
  loseConnectivity(nowNs: number): void {
    this.#startAnew(nowNs);
    this.#enter("disabled");
  }

  /** The path has connectivity again. Nothing where it was not lost. */
  restore(nowNs: number): void {
    if (this.#state !== "disabled") return;
    this.#maxBytes = this.#settings.maxBytes;
    this.#startAnew(nowNs);
    this.#enter("base");
  }

  /** The user's own datagrams of the confirmed size are lost, and smaller ones are not. */
  suspectBlackHole(nowNs: number): void {
    if (this.#state === "disabled") return;
    this.#startAnew(nowNs);
    this.#enter("base");
  }

  get #baseBytes(): number {
    return Math.min(this.#settings.baseBytes, this.#maxBytes);
  }

  get #loss(): LossEstimate {
    return this.#ledger.lossUpTo(this.#confirmedBytes ?? 0);
  }

  get #waitNs(): number {
    const { rtoMs, smoothedRttMs = 0 } = this.#rtt;
    const waitMs = Math.max(rtoMs, Math.min(smoothedRttMs * REORDERING_ROUND_TRIPS, MAX_WAIT_MS));
    // A confirmation is compared with nothing.
    const isComparing = this.#state !== "search-complete";
    return msToNs(isComparing ? waitMs : Math.max(waitMs, MIN_SEQUENTIAL_WAIT_MS));
  }

  /** What is to be answered at all follows soon, one after the other on a slow link. */
  #awaitMore(nowNs: number): void {
    if (this.#isSequential || this.#probeTimerNs === undefined) return;
    this.#probeTimerNs = nowNs + this.#waitNs;
  }

  get #isDecided(): boolean {
    const confirmedBytes = this.#confirmedBytes;
    if (confirmedBytes === undefined) return false;
    if (confirmedBytes >= this.#maxBytes) return true;
    const error = this.#errorProbability(confirmedBytes, confirmedBytes + 1);
    return error <= this.#settings.maxErrorProbability;
  }

  get #isOverBudget(): boolean {
    return this.#ledger.sentCount - this.#probesBefore >= this.#settings.maxProbeCount;
  }

  /** A path with equal ways may have moved the flow: only what came later, or itself, contradicts. */
  readonly #isContradicted = ({ id }: { readonly id: number }, mtuBytes: number): boolean => {
    const probe = this.#ledger.find(id);
    if (probe === undefined) return false;
    return probe.fate === "acknowledged" || this.#ledger.hasPassedBefore(probe, mtuBytes);
  };

  #errorProbability(confirmedBytes: number, refutedBytes: number | undefined): number {
    if (confirmedBytes >= this.#maxBytes) return 0;
    const count =
      refutedBytes === undefined
        ? this.#ledger.unansweredAbove(confirmedBytes)
        : this.#ledger.missingCount(refutedBytes);
    return chanceAllLost(this.#loss, count);
  }

  #enter(state: SearchState): void {
    this.#state = state;
    this.#probeCount = 0;
  }

  #startAnew(nowNs: number): void {
    this.#nowNs = nowNs;
    this.#confirmedBytes = undefined;
    this.#probeTimerNs = undefined;
    this.#ledger.forget();
    this.#reports.forget();
  }

  #confirm({ bytes }: ProbeEntry): void {
    if (bytes <= (this.#confirmedBytes ?? 0)) return;
    this.#confirmedBytes = bytes;
    this.#state = "searching";
  }

  /** Every probe is answered, or PROBE_TIMER has expired. */
  #endBurst(nowNs: number): void {
    this.#probeTimerNs = undefined;
    this.#ledger.giveUpPending();
    const sent = this.#ledger.lastBurst().filter(({ fate }) => fate !== "refused");
    const isSilent = sent.every(({ fate }) => fate === "unanswered" || fate === "unsent");
    if (sent.length > 0 && isSilent && this.#burstState === this.#state) this.#countFailure(nowNs);
    else if (this.#state === "search-complete") this.#startTimers(nowNs);
    this.#concludeIfDecided(nowNs);
  }

  #countFailure(nowNs: number): void {
    this.#probeCount++;
    if (this.#rtt.smoothedRttMs !== undefined) this.#rtt.backOff();
    const isComparing = this.#state === "searching" && !this.#isSequential;
    if (this.#probeCount >= (isComparing ? MAX_SILENT_BURSTS : MAX_PROBES)) this.#giveUp(nowNs);
  }

  /** PROBE_COUNT has reached MAX_PROBES. */
  #giveUp(nowNs: number): void {
    if (this.#state === "base") this.#enter("error");
    else if (this.#state === "error") this.#enter("disabled");
    else if (this.#state === "searching" && this.#isSequential) this.#complete(nowNs);
    else this.suspectBlackHole(nowNs);
  }

  #concludeIfDecided(nowNs: number): void {
    if (this.#state === "searching" && (this.#isDecided || this.#isOverBudget)) {
      this.#complete(nowNs);
    } else if (this.isSearching && this.#isOverBudget) {
      this.#enter("disabled");
    }
  }

  #complete(nowNs: number): void {
    this.#enter("search-complete");
    this.#probesBefore = this.#ledger.sentCount;
    this.#raiseTimerNs = nowNs + this.#settings.raiseIntervalNs;
    this.#startTimers(nowNs);
  }

  #startTimers(nowNs: number): void {
    this.#confirmationTimerNs = nowNs + this.#settings.confirmationIntervalNs;
  }

  /** PMTU_RAISE_TIMER has expired: what was too large may pass now. */
  #raise(): void {
    this.#ledger.forget();
    this.#reports.forget();
    this.#maxBytes = this.#settings.maxBytes;
    this.#enter("searching");
  }

  #takeHint(id: number, mtuBytes: number, nowNs: number): void {
    this.#ledger.mark(id, "unanswered");
    this.#probeTimerNs = undefined;
    if (this.#state === "searching" && mtuBytes === this.#confirmedBytes) this.#complete(nowNs);
  }

  #planBurst(nowNs: number): readonly number[] {
    switch (this.#state) {
      case "disabled":
        return [];
      case "base":
        return this.#planBase();
      case "error":
        return this.#planError();
      case "searching":
        return this.#planSearch(this.#confirmedBytes ?? this.#baseBytes);
      case "search-complete":
        return nowNs >= this.#confirmationTimerNs ? [this.#confirmedBytes ?? this.#baseBytes] : [];
    }
  }

  #planBase(): readonly number[] {
    if (this.#isSequential) return [this.#baseBytes];
    return planFirstBurst(this.#baseBytes, this.#burstLimits);
  }

  #planError(): readonly number[] {
    const { minBytes, candidates } = this.#settings;
    if (this.#isSequential) return [minBytes];
    const limits = { ...this.#burstLimits, controlCount: CAUTIOUS_CONTROL_COUNT, candidates };
    return planBelowBase(minBytes, this.#baseBytes, limits);
  }

  get #burstLimits(): Pick<SearchView, "maxBytes" | "maxProbesAtOnce" | "controlCount"> {
    const { maxProbesAtOnce } = this.#settings;
    // After a silence, more copies of what should pass: it may have been mere loss.
    const controlCount = this.#probeCount === 0 ? 1 : CAUTIOUS_CONTROL_COUNT;
    return { maxBytes: this.#maxBytes, maxProbesAtOnce, controlCount };
  }

  #planSearch(confirmedBytes: number): readonly number[] {
    const missingBytes = this.#ledger.smallestMissing(confirmedBytes);
    const isMissing = (bytes: number): boolean => this.#ledger.missingCount(bytes) > 0;
    const ceilingBytes = missingBytes ?? this.#maxBytes + 1;
    const hintBytes = this.#reports.hint(confirmedBytes, ceilingBytes, isMissing);
    if (this.#isSequential) return [this.#nextSize(confirmedBytes, hintBytes)];
    return planBurst({
      ...this.#settings,
      confirmedBytes,
      missingBytes,
      hintBytes,
      missingCount: (bytes) => this.#ledger.missingCount(bytes),
      ...this.#burstLimits,
      loss: this.#loss,
    });
  }

  /** The hint, or the next larger size that links have. */
  #nextSize(confirmedBytes: number, hintBytes: number | undefined): number {
    if (hintBytes !== undefined && hintBytes > confirmedBytes) return hintBytes;
    const larger = this.#settings.candidates.find((bytes) => bytes > confirmedBytes);
    return Math.min(larger ?? this.#maxBytes, this.#maxBytes);
  }
}
