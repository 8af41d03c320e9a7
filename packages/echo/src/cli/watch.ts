import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Endpoint } from "@udp/core";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { checkUsage, counted, describeMs, Output } from "@udp/core/cli";
import { EchoError } from "../errors.ts";
import { targetOf } from "../probe/prober.ts";
import { intervalDocument } from "../watch/interval-document.ts";
import { formatTarget } from "../watch/target.ts";
import { watchProbe } from "../watch/watch.ts";
import type { WatchTotals } from "../watch/watch-document.ts";
import type { WatchPlanOptions } from "../watch/watch-options.ts";
import { watchPlan } from "../watch/watch-options.ts";
import type { WatchReport } from "../watch/watch-report.ts";
import { addInterval, NO_TOTALS } from "../watch/watch-totals.ts";
import type { MetricsServer } from "./metrics-server.ts";
import { intervalLine, watchSummary } from "./render-watch.ts";

/** The options of `udp-echo probe --forever` as they were given. */
export interface WatchFlags {
  readonly reportInterval: number;
  readonly metrics?: Endpoint | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** How the library's options are called where they are typed. */
const FLAGS: Readonly<Record<string, string>> = {
  payloadBytes: "--size",
  intervalMs: "--interval (in ms)",
  reportIntervalMs: "--report-interval",
  waitMs: "--wait (in ms)",
  answerTimeoutMs: "--timeout (in ms)",
};

/** What is to be watched: the options are those of each host. */
export interface WatchOrder {
  readonly hosts: readonly string[];
  readonly options: WatchPlanOptions;
}

/** One watch a host, whose starts are spread over the interval. What cannot be is a usage error. */
export function watchesOf(
  command: CommandUnknownOpts,
  { hosts, options }: WatchOrder,
): readonly WatchPlanOptions[] {
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) command.error(`error: the host ${JSON.stringify(twice)} is given twice`);
  const { reportIntervalMs } = checkUsage(command, FLAGS, () => watchPlan(options));
  return hosts.map((host, index) => ({
    ...options,
    host,
    delayMs: (index * reportIntervalMs) / hosts.length,
  }));
}

/** Watches until it is interrupted, prints each interval, and what all have come to. */
export async function runWatch(
  terminal: Terminal,
  watches: readonly WatchPlanOptions[],
  flags: WatchFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const targets = watches.map((options) => formatTarget(targetOf(options)));
  const totals = new Map(targets.map((target) => [target, NO_TOTALS]));
  await using metrics = flags.metrics && (await startMetrics(flags.metrics, totals));
  if (metrics !== undefined) output.note(`Metrics at ${metrics.url}`);
  output.note(startNote(watches.length, flags));
  await watchAll(watches, terminal, (report) => {
    const interval = intervalDocument(report);
    const { target } = interval;
    totals.set(target, addInterval(totals.get(target) ?? NO_TOTALS, interval));
    metrics?.note(report, interval);
    output.stream(intervalLine(interval));
  });
  requireReport(totals, terminal);
  const { droppedLineCount } = output;
  for (const [target, sums] of totals) {
    output.result(watchSummary({ target, ...sums, droppedLineCount }));
  }
  requireAnswer(totals);
}

function startNote(hostCount: number, { reportInterval }: WatchFlags): string {
  return `Watching ${counted(hostCount, "host")}: a report of each every ${describeMs(reportInterval)}; Ctrl-C ends`;
}

/** Loaded here and nowhere before, as prom-client comes with it. */
async function startMetrics(local: Endpoint, totals: Totals): Promise<MetricsServer> {
  const { serveMetrics } = await import("./metrics-server.ts");
  return serveMetrics(local, totals);
}

/** A mistake in one of them ends them all. */
async function watchAll(
  watches: readonly WatchPlanOptions[],
  { interruption }: Terminal,
  onReport: (report: WatchReport) => void,
): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([interruption, failing.signal]);
  const running = watches.map((options) => watchProbe({ ...options, signal, onReport }));
  await Promise.all(running.map((watch) => watch.catch((error) => failing.abort(error))));
  failing.signal.throwIfAborted();
}

type Totals = ReadonlyMap<string, WatchTotals>;

function requireReport(totals: Totals, { interruption }: Terminal): void {
  if (totals.values().every(({ intervalCount }) => intervalCount === 0)) {
    interruption.throwIfAborted();
  }
}

function requireAnswer(totals: Totals): void {
  if (totals.values().some(({ intervalCount, downCount }) => intervalCount > downCount)) return;
  throw new EchoError("ECHO_NO_REPLY", "Nothing answered while it was watched");
}
