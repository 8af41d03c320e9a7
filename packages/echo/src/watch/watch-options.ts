import { numberOption } from "@udp/core";
import { checkDuration } from "../probe/plan.ts";
import type { ProbeOptions } from "../probe/prober.ts";
import type { WatchReport } from "./watch-report.ts";

/** Whom `watchProbe` watches, and how; as `probe`, but what depends on there being one measurement only. */
export interface WatchOptions
  extends Omit<ProbeOptions, "count" | "durationMs" | "sourcePort" | "onProgress"> {
  /** The time of each measurement, and from the start of one to that of the next; 1000 to 86,400,000. Default 10,000. */
  readonly reportIntervalMs?: number | undefined;
  /** How long after the call the first one starts, 0 to 86,400,000. Default 0. */
  readonly delayMs?: number | undefined;
  /** 0 to 60,000, so that no more than a few intervals are under way at once. Default as for `probe`. */
  readonly waitMs?: number | undefined;
  /** Up to 60,000, for the same reason. Default 5000. */
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
const LONGEST_WAIT_MS = 60_000;

/** The options of each single measurement, checked as far as `probe` does not do it, and the times of all. */
export interface WatchPlan {
  readonly reportIntervalMs: number;
  readonly delayMs: number;
  readonly probe: ProbeOptions;
}

/** @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what came. */
export function watchPlan(options: WatchPlanOptions): WatchPlan {
  const { reportIntervalMs = DEFAULT_INTERVAL_MS, delayMs = 0, ...probe } = options;
  const { intervalMs = 10, burstSize = 1, waitMs = 0, answerTimeoutMs = 5000 } = probe;
  numberOption("reportIntervalMs", reportIntervalMs, SHORTEST_INTERVAL_MS, DAY_MS);
  numberOption("delayMs", delayMs, 0, DAY_MS);
  numberOption("intervalMs", intervalMs, 0.05, reportIntervalMs);
  numberOption("waitMs", waitMs, 0, LONGEST_WAIT_MS);
  numberOption("answerTimeoutMs", answerTimeoutMs, 0, LONGEST_WAIT_MS);
  checkDuration("reportIntervalMs", { durationMs: reportIntervalMs, intervalMs, burstSize });
  return {
    reportIntervalMs,
    delayMs,
    probe: { ...probe, durationMs: reportIntervalMs },
  };
}
