import { msToNs, nsToMs } from "@udp/core";
import type { TraceHop } from "./hop.ts";
import { HopRecord } from "./hop.ts";
import { NarrowLinks } from "./narrow-links.ts";
import { probeCountAgainstLoss } from "./probe-count.ts";
import { ProbeSeries } from "./probe-series.ts";
import type { TraceAnswer, TraceProbe } from "./trace-answer.ts";
import type { TraceOptions, TraceSettings } from "./trace-options.ts";
import { traceSettings } from "./trace-options.ts";
import type { VanishingPoint } from "./vanishing-point.ts";
import { findVanishingPoint } from "./vanishing-point.ts";

/** What a trace found. */
export interface TraceResult {
  /** From 1 to where the path ends, or to `maxHops`. */
  readonly hops: readonly TraceHop[];
  /** What stands at the last hop: the far end, a router that gives up, or nobody known. */
  readonly end: "reached" | "unreachable" | "silent";
  /** As asked for, less what routers said is too much; `undefined` where none was asked for. */
  readonly largePacketBytes: number | undefined;
  /** Where packets of `largePacketBytes` vanish; `undefined` where it is not known that they do. */
  readonly vanishingPoint: VanishingPoint | undefined;
}

/** From an answer to the next probe to its hop: the hop need not answer all at once. */
const REPEAT_MS = 50;

/** One hop, and the probes to it. */
interface Track {
  readonly record: HopRecord;
  small: ProbeSeries;
  large: ProbeSeries;
}

interface OpenSeries {
  readonly track: Track;
  readonly series: ProbeSeries;
  readonly isSmall: boolean;
  readonly probeCount: number;
}

interface SentProbe extends TraceProbe {
  readonly track: Track;
  readonly series: ProbeSeries;
  readonly isSmall: boolean;
  readonly sentAtNs: number;
  isAnswered: boolean;
}

/**
 * Traces a path: small probes to all hops at once, a little apart, and each hop by itself asked
 * again until it was asked often enough; so 30 silent hops take 3 s. Where a hop answers, a large
 * probe follows: what answers the small and not the large stands behind the narrow link.
 *
 * Does no I/O: {@link poll} gives what is to be sent, {@link receive} takes what came back, and
 * {@link nextDeadlineNs} says when to poll again.
 */
export class TraceSession {
  readonly #settings: TraceSettings;
  readonly #tracks: readonly Track[];
  readonly #probes: SentProbe[] = [];
  readonly #narrowLinks = new NarrowLinks();
  #smallBytes: number;
  #largeBytes: number | undefined;
  #loweredCount = 0;
  #lastHop: number;
  #end: TraceResult["end"] = "silent";
  #nowNs = Number.NEGATIVE_INFINITY;
  #nextSendNs = Number.NEGATIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: TraceOptions) {
    this.#settings = traceSettings(options);
    const { packetBytes, largePacketBytes, maxHops } = this.#settings;
    this.#smallBytes = packetBytes;
    this.#largeBytes = largePacketBytes;
    this.#lastHop = maxHops;
    this.#tracks = Array.from({ length: maxHops }, (_, index) => ({
      record: new HopRecord(index + 1),
      small: this.#newSeries(),
      large: this.#newSeries(),
    }));
  }

  /** Whether nothing is left to send or to wait for, as of the last call. */
  get isOver(): boolean {
    return this.#openSeries().length === 0;
  }

  /** The probe that is to be sent now; call again until there is none. */
  poll(nowNs: number): TraceProbe | undefined {
    this.#nowNs = nowNs;
    if (nowNs < this.#nextSendNs) return undefined;
    const [next] = this.#openSeries()
      .filter(({ series, probeCount }) => series.wantsProbe(probeCount, nowNs))
      .toSorted((one, other) => one.series.sentCount - other.series.sentCount);
    if (next === undefined) return undefined;
    this.#nextSendNs = nowNs + this.#settings.spacingNs;
    return this.#send(next);
  }

  /** When to call {@link poll} again; `Infinity` once the trace is over. */
  nextDeadlineNs(): number {
    const dueNs = this.#openSeries().map(({ series, probeCount }) =>
      series.sentCount < probeCount ? Math.max(series.dueNs, this.#nextSendNs) : series.dueNs,
    );
    return Math.min(Number.POSITIVE_INFINITY, ...dueNs);
  }

  /** Takes what came back. What answers no probe, or one that was answered, changes nothing. */
  receive(answer: TraceAnswer, nowNs: number): void {
    this.#nowNs = nowNs;
    const probe = this.#probes[answer.probeId];
    if (probe === undefined || probe.isAnswered) return;
    if (answer.kind === "packet-too-big") {
      this.#learnMtu(probe, answer.from, answer.mtuBytes);
    } else {
      this.#learnHop(probe, answer.from);
      if (answer.kind === "reached") this.#reach(probe.hopLimit);
      else if (answer.kind === "unreachable" && probe.isSmall) this.#giveUp(probe.hopLimit);
    }
  }

  /** What is known so far. */
  result(): TraceResult {
    const tracks = this.#liveTracks();
    const mtus = this.#narrowLinks.mtusByHop(tracks.map(({ record }) => record));
    return {
      hops: tracks.map(({ record }) => record.report(mtus.get(record.hop))),
      end: this.#end,
      largePacketBytes: this.#largeBytes,
      vanishingPoint: this.#vanishingPoint(tracks),
    };
  }

  #newSeries(): ProbeSeries {
    const { timeoutNs } = this.#settings;
    return new ProbeSeries({ timeoutNs, repeatNs: Math.min(timeoutNs, msToNs(REPEAT_MS)) });
  }

  #liveTracks(): readonly Track[] {
    return this.#tracks.slice(0, this.#lastHop);
  }

  #send({ track, series, isSmall }: OpenSeries): TraceProbe {
    const { record } = track;
    const packetBytes = isSmall ? this.#smallBytes : (this.#largeBytes ?? this.#smallBytes);
    const probe = { id: this.#probes.length, hopLimit: record.hop, packetBytes };
    const sentAtNs = this.#nowNs;
    this.#probes.push({ ...probe, track, series, isSmall, sentAtNs, isAnswered: false });
    series.send(sentAtNs);
    if (isSmall) record.sentCount++;
    return probe;
  }

  #learnHop(probe: SentProbe, from: string): void {
    const { track, series, isSmall, sentAtNs, packetBytes } = probe;
    probe.isAnswered = true;
    series.answer(this.#nowNs);
    track.record.answer(from, packetBytes);
    if (isSmall) track.record.measure(nsToMs(this.#nowNs - sentAtNs));
  }

  /** Every hop behind the far end is the far end again. */
  #reach(hop: number): void {
    this.#lastHop = this.#end === "reached" ? Math.min(hop, this.#lastHop) : hop;
    this.#end = "reached";
  }

  /** One router that gives up proves nothing where the far end was reached, by another way. */
  #giveUp(hop: number): void {
    if (this.#end === "reached") return;
    this.#lastHop = Math.min(hop, this.#lastHop);
    this.#end = "unreachable";
  }

  #learnMtu(probe: SentProbe, from: string, mtuBytes: number): void {
    // What cannot be true leaves the probe unanswered, as if nothing had come.
    if (mtuBytes < this.#settings.minimumBytes || mtuBytes >= probe.packetBytes) return;
    probe.isAnswered = true;
    if (probe.isSmall) probe.track.record.sentCount--;
    this.#narrowLinks.note(from, mtuBytes, probe.hopLimit);
    // Each link can narrow the path once; more than that is somebody's game.
    if (this.#loweredCount < this.#tracks.length) this.#lowerTo(mtuBytes);
  }

  #lowerTo(mtuBytes: number): void {
    const isLargeLowered = this.#largeBytes !== undefined && mtuBytes < this.#largeBytes;
    const isSmallLowered = mtuBytes < this.#smallBytes;
    if (isLargeLowered) this.#largeBytes = mtuBytes;
    if (isSmallLowered) this.#smallBytes = mtuBytes;
    if (isLargeLowered || isSmallLowered) this.#loweredCount++;
    for (const track of this.#tracks) {
      if (isLargeLowered) track.large = this.#newSeries();
      if (isSmallLowered && track.record.answeredCount === 0) track.small = this.#newSeries();
    }
  }

  /** What is to be sent or waited for: small before large, near hops first. */
  #openSeries(): OpenSeries[] {
    const tracks = this.#liveTracks();
    const small = tracks.map((track) => this.#smallSeries(track));
    const large = this.#tracksToTry(tracks).map((track) => this.#largeSeries(track));
    return [...small, ...large].filter(({ series, probeCount }) =>
      series.isOpen(probeCount, this.#nowNs),
    );
  }

  #smallSeries(track: Track): OpenSeries {
    const { probesPerHop } = this.#settings;
    const probeCount = this.#isInDoubt(track)
      ? Math.max(probesPerHop, probeCountAgainstLoss(this.#answeredRatio()))
      : probesPerHop;
    return { track, series: track.small, isSmall: true, probeCount };
  }

  /** Where packets are lost, a silent hop before the far end may be the far end itself. */
  #isInDoubt({ record }: Track): boolean {
    const isLastBut = this.#end === "reached" && record.hop === this.#lastHop - 1;
    return isLastBut && record.answeredCount === 0 && this.#answeredRatio() < 1;
  }

  #largeSeries(track: Track): OpenSeries {
    const answeredRatio = Math.min(track.record.answeredRatio, this.#answeredRatio());
    const probeCount = probeCountAgainstLoss(answeredRatio);
    return { track, series: track.large, isSmall: false, probeCount };
  }

  /** Hops that answer, behind the last one that answered the large size. */
  #tracksToTry(tracks: readonly Track[]): readonly Track[] {
    const largeBytes = this.#largeBytes;
    if (largeBytes === undefined) return [];
    const passed = tracks.findLastIndex(({ record }) => record.answers(largeBytes));
    return tracks.slice(passed + 1).filter(({ record }) => record.answeredCount > 0);
  }

  /** Of the small probes, over all hops that answer at all. */
  #answeredRatio(): number {
    const records = this.#liveTracks().map(({ record }) => record);
    const answering = records.filter(({ answeredCount }) => answeredCount > 0);
    const sentCount = answering.reduce((sum, record) => sum + record.sentCount, 0);
    const answeredCount = answering.reduce((sum, record) => sum + record.answeredCount, 0);
    return sentCount === 0 ? 0 : answeredCount / sentCount;
  }

  /** A hop that may still answer proves nothing yet. */
  #vanishingPoint(tracks: readonly Track[]): VanishingPoint | undefined {
    if (this.#largeBytes === undefined || !this.isOver) return undefined;
    const hops = tracks.map(({ record, large }) => ({ record, sentCount: large.sentCount }));
    return findVanishingPoint(hops, this.#largeBytes);
  }
}
