import type { Clock } from "@udp/core";
import { checkPeerAddress, msToNs, nsToMs, resolveHost, systemClock, UdpError } from "@udp/core";
import type { ProbePlan } from "../probe/plan.ts";
import { Prober } from "../probe/prober.ts";
import { isAnswered, noReply } from "../probe/result.ts";
import type { WallClock } from "../wall-clock.ts";
import { simulatedWallClock, systemWallClock, timeOfDay } from "../wall-clock.ts";
import { fixedTimes } from "./fixed-times.ts";
import { formatTarget } from "./target.ts";
import type { WatchOptions } from "./watch-options.ts";
import { watchPlan } from "./watch-options.ts";
import type { WatchReport } from "./watch-report.ts";

/**
 * Measures as `probe` does, one interval after the other, until its signal ends it. What has been sent by
 * then is still reported.
 *
 * Each interval is a measurement of its own, so that its account of both directions is exact. They start
 * at fixed times, whatever became of the one before; its replies are awaited while the next one goes on.
 * A session is opened half a second before its interval, so that no datagram is left out between two;
 * where that does not suffice, as with a far end that is away, those that were due meanwhile are missed,
 * and counted. Each interval leaves from a port of its own, which may be another way where routers have
 * several. A name is looked up anew for each.
 *
 * A far end that is away ends nothing: its intervals are reported with their failure. Memory is bounded,
 * as nothing is kept of an interval that was reported.
 *
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, before anything
 * is sent.
 */
export async function watchProbe(options: WatchOptions): Promise<void> {
  const { reportIntervalMs, delayMs, probe } = watchPlan(options);
  const { clock = systemClock, onReport } = options;
  const firstAtNs = clock.nowNs() + msToNs(delayMs);
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])]);
  using prober = await Prober.open({ ...probe, signal, hasNoise: false });
  await checkHost(prober.target.host, options);
  const wallClock = options.clock ? simulatedWallClock(clock) : await systemWallClock();
  const watch = new Watch({
    clock,
    prober,
    wallClock,
    signal,
    onReport,
    fail: (e) => failing.abort(e),
  });
  const intervalNs = msToNs(reportIntervalMs);
  const leadNs = Math.min(LONGEST_LEAD_NS, intervalNs / 4);
  let reporting = Promise.resolve();
  for await (const atNs of fixedTimes({ clock, firstAtNs, intervalNs, signal })) {
    reporting = watch.report(atNs + leadNs, reporting);
  }
  await reporting;
  failing.signal.throwIfAborted();
}

/** A session is opened before its interval begins: so long suffices for the usual round trips, and for a repetition. */
const LONGEST_LEAD_NS = msToNs(500);

const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1"];

/** An address must be that of a host. What a name means is found out in each interval. */
async function checkHost(host: string, options: WatchOptions): Promise<void> {
  const lookUpName = (): Promise<readonly string[]> => Promise.resolve(LOOPBACK_ADDRESSES);
  const { family } = options;
  for (const address of await resolveHost(host, { family, lookUpName })) checkPeerAddress(address);
}

/** What a {@link Watch} is made of. */
interface WatchParts {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly wallClock: WallClock;
  readonly signal: AbortSignal;
  readonly onReport: (report: WatchReport) => void;
  /** Ends the watch: somebody has made a mistake. */
  readonly fail: (error: unknown) => void;
}

class Watch {
  readonly #parts: WatchParts;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Measures, and reports it once the former interval is reported. Never rejects. */
  async report(startAtNs: number, former: Promise<void>): Promise<void> {
    const { onReport, fail } = this.#parts;
    try {
      const report = await this.#measure(startAtNs);
      await former;
      if (report !== undefined) onReport(report);
    } catch (error) {
      fail(error);
    } finally {
      // The last one is over when all are.
      await former;
    }
  }

  /** `undefined` where it was stopped before anything was sent. */
  async #measure(startAtNs: number): Promise<WatchReport | undefined> {
    const { prober, clock } = this.#parts;
    const target = formatTarget(prober.target);
    const startedAt = this.#at(startAtNs - clock.nowNs());
    const outcome = await this.#outcome(startAtNs);
    if (outcome === undefined) return undefined;
    const missedCount = outcome.result?.counts.missedCount ?? plannedCount(prober.plan);
    return { target, startedAt, endedAt: this.#at(0), missedCount, ...outcome };
  }

  async #outcome(startAtNs: number): Promise<Pick<WatchReport, "result" | "failure"> | undefined> {
    const { prober, signal } = this.#parts;
    try {
      const result = await prober.measure(startAtNs);
      if (result.isStopped && result.counts.sentCount === 0) return undefined;
      return { result, failure: isAnswered(result) ? undefined : noReply(result) };
    } catch (error) {
      if (signal.aborted && error === signal.reason) return undefined;
      if (error instanceof UdpError) return { result: undefined, failure: error };
      throw error;
    }
  }

  /** So long from now, by this host's time of day. */
  #at(fromNowNs: number): Date {
    return new Date(timeOfDay(this.#parts.wallClock).getTime() + nsToMs(fromNowNs));
  }
}

/** Datagrams that are due in an interval. */
function plannedCount({ durationMs = 0, intervalMs, burstSize }: ProbePlan): number {
  return Math.ceil(durationMs / intervalMs) * burstSize;
}
