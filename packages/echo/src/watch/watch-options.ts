import { numberOption } from "@udp/core";
import type { ProbePlan } from "../probe/plan.ts";
import { checkDuration, probePlan } from "../probe/plan.ts";
import type { ProbeOptions } from "../probe/prober.ts";
import type { WatchReport } from "./watch-report.ts";

/** Whom `watchProbe` watches, and how; as `probe`, but what depends on there being one measurement only. */
export interface WatchOptions
  extends Omit<ProbeOptions, "count" | "durationMs" | "sourcePort" | "onProgress"> {
  /** The time of each measurement, and from the start of one to that of the next; 1000 to 86,400,000. Default 10,000. */
  readonly reportIntervalMs?: number | undefined;
  /** How long after the call the first one starts, 0 to 86,400,000. Default 0. */
  readonly delayMs?: number | undefined;
  /**
   * 0 to 15 intervals less twice `answerTimeoutMs`, so that no more than 16 measurements are under way at
   * once: a server has 64 sessions for a host. Default as for `probe`.
   */
  readonly waitMs?: number | undefined;
  /** Up to 7.5 intervals, for the same reason. Default as for `probe`. */
  readonly answerTimeoutMs?: number | undefined;
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each interval, in their order. What it throws ends the watch. */
  readonly onReport: (report: WatchReport) => void;
}

/** What decides what is sent in each interval. */
export type WatchPlanOptions = Omit<WatchOptions, "onReport">;

const SHORTEST_INTERVAL_MS = 1000;
const DEFAULT_INTERVAL_MS = 10_000;
const DAY_MS = 86_400_000;

/** An interval is over after so many at the latest: then 16 of them are under way at once. */
const LONGEST_INTERVALS = 16;

/** The options of each single measurement, and the times of all. */
export interface WatchPlan {
  readonly reportIntervalMs: number;
  readonly delayMs: number;
  readonly probe: ProbeOptions;
}

/** @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what came. */
export function watchPlan(options: WatchPlanOptions): WatchPlan {
  const { reportIntervalMs = DEFAULT_INTERVAL_MS, delayMs = 0, ...single } = options;
  numberOption("reportIntervalMs", reportIntervalMs, SHORTEST_INTERVAL_MS, DAY_MS);
  numberOption("delayMs", delayMs, 0, DAY_MS);
  const plan = probePlan(single);
  const { intervalMs, burstSize } = plan;
  numberOption("intervalMs", intervalMs, 0.05, reportIntervalMs);
  checkDuration("reportIntervalMs", { durationMs: reportIntervalMs, intervalMs, burstSize });
  checkWaits(plan, (LONGEST_INTERVALS - 1) * reportIntervalMs);
  return { reportIntervalMs, delayMs, probe: { ...single, durationMs: reportIntervalMs } };
}

/** What an interval takes besides: its opening, its wait and its closing. */
function checkWaits({ waitMs = 0, answerTimeoutMs }: ProbePlan, longestMs: number): void {
  numberOption("answerTimeoutMs", answerTimeoutMs, 0, longestMs / 2);
  numberOption("waitMs", waitMs, 0, longestMs - 2 * answerTimeoutMs);
}
