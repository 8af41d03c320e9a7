import { percentile } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { columns, describeMs } from "@udp/core/cli";
import type { LinkOptions } from "@udp/core/simulation";
import type { ScheduleDocument, SimulationDocument } from "../documents.ts";
import type { PresetName } from "../retransmission.ts";
import type { Expectation, ExpectationDoubt } from "../simulation/expectation.ts";
import { countUpTo } from "../simulation/latencies.ts";
import type { SimulationResult } from "../simulation/simulate.ts";
import { latencyPlots, timeAxis } from "./latency-plot.ts";

/** What came of the requests under one schedule. */
export interface ScheduleRun {
  readonly preset: PresetName;
  readonly result: SimulationResult;
  readonly expected: Expectation;
}

/** The same requests under several schedules. */
export interface Simulation {
  readonly requestCount: number;
  /** Each way. */
  readonly link: LinkOptions;
  readonly seed: number;
  readonly schedules: readonly ScheduleRun[];
}

/** What was simulated, and a column for each schedule. */
export function simulationReport(simulation: Simulation): Rendering<SimulationDocument> {
  return {
    text: () => [title(simulation), "", ...table(simulation.schedules)].join("\n"),
    document: () => simulationDocument(simulation),
  };
}

/** What the rows are, and when the requests were answered: one plot for each schedule. */
export function simulationDetails({ schedules, requestCount }: Simulation): string {
  const plotted = schedules.map(({ preset, result }) => ({
    name: preset,
    latenciesMs: result.latenciesMs,
  }));
  const plots = latencyPlots(plotted, requestCount);
  const lines = plots.length === 0 ? [] : ["", "Answered within, of all requests:", ...plots];
  return [...LEGEND, ...schedules.flatMap(doubtLines), ...lines].join("\n");
}

function title({ requestCount, link, seed }: Simulation): string {
  const { lossRatio = 0, delayMs = 0, jitterMs = 0, duplicateRatio = 0 } = link;
  const requests =
    requestCount === 1 ? "1 request" : `${grouped(requestCount)} requests, one after another`;
  const doubles = duplicateRatio === 0 ? "" : `, doubles ${brief(duplicateRatio)} of the rest`;
  const jitter = jitterMs === 0 ? "" : ` ± ${describeMs(jitterMs)}`;
  return `${requests} (seed ${seed})
Each way the link loses ${brief(lossRatio)}${doubles} and takes ${describeMs(delayMs)}${jitter}`;
}

const LEGEND = [
  "",
  "expected        by the closed form, from loss, tries and waits alone",
  "datagrams       of both sides",
  "answered after  from the first try on; – where there are too few answers to tell",
  "spurious        of requests that were answered: an earlier try was answered too,",
  "                and the answer on its way",
];

/** A column for each schedule. */
function table(schedules: readonly ScheduleRun[]): readonly string[] {
  const rows: readonly (readonly [string, (run: ScheduleRun) => string])[] = [
    ["", ({ preset }) => preset],
    ["success", ({ result }) => percent(figures(result).successRatio)],
    ["  expected", ({ expected }) => about(expected, percent(expected.successRatio))],
    ["tries per request", ({ result }) => figures(result).meanAttempts.toFixed(2)],
    ["  expected", ({ expected }) => about(expected, expected.meanAttempts.toFixed(2))],
    ["datagrams per request", ({ result }) => figures(result).datagramsPerRequest.toFixed(2)],
    ["answered after, p50", ({ result }) => time(figures(result).latency.p50Ms)],
    ["                p99", ({ result }) => time(figures(result).latency.p99Ms)],
    ["                max", ({ result }) => time(figures(result).latency.maxMs)],
    ["spurious tries", ({ result }) => grouped(result.spuriousCount)],
  ];
  return columns(
    rows.map(([name, cell]) => [name, ...schedules.map(cell)]),
    "right",
  );
}

function about({ doubts }: Expectation, figure: string): string {
  return doubts.length === 0 ? figure : `≈${figure}`;
}

function time(ms: number | null): string {
  return ms === null ? "–" : describeMs(ms);
}

function doubtLines({ preset, expected }: ScheduleRun): readonly string[] {
  return expected.doubts.map((doubt) => `≈ ${preset}: ${DOUBTS[doubt]}`);
}

const DOUBTS: Readonly<Record<ExpectationDoubt, string>> = {
  "short-waits": "a wait may end before or after an answer comes",
  "long-waits": "waits may outlast the time for sending again: fewer tries",
  "varying-attempts": "how many tries there are depends on the round trips, or on chance",
  "dependent-losses": "losses depend on each other",
};

function figures({
  requestCount,
  answeredCount,
  sentCount,
  answerCount,
  latenciesMs,
}: SimulationResult) {
  return {
    successRatio: answeredCount / requestCount,
    meanAttempts: sentCount / requestCount,
    datagramsPerRequest: (sentCount + answerCount) / requestCount,
    latency: {
      p50Ms: percentile(latenciesMs, 0.5) ?? null,
      p99Ms: percentile(latenciesMs, 0.99) ?? null,
      maxMs: latenciesMs.at(-1) ?? null,
    },
  };
}

function simulationDocument({
  requestCount,
  link,
  seed,
  schedules,
}: Simulation): SimulationDocument {
  const { lossRatio = 0, delayMs = 0, jitterMs = 0, duplicateRatio = 0 } = link;
  const timesMs = roundTimesMs(schedules);
  return {
    schema: "udp-reliable/1",
    kind: "simulation",
    requestCount,
    seed,
    link: { lossRatio, delayMs, jitterMs, duplicateRatio },
    schedules: schedules.map((run) => scheduleDocument(run, timesMs)),
  };
}

function scheduleDocument(
  { preset, result, expected }: ScheduleRun,
  timesMs: readonly number[],
): ScheduleDocument {
  const { requestCount, answeredCount, latenciesMs, spuriousCount } = result;
  return {
    preset,
    answeredCount,
    ...figures(result),
    spuriousCount,
    expected: {
      attempts: expected.attempts,
      successRatio: expected.successRatio,
      meanAttempts: expected.meanAttempts,
      doubts: expected.doubts,
    },
    answeredWithin: timesMs.map((ms) => ({ ms, ratio: countUpTo(latenciesMs, ms) / requestCount })),
  };
}

/** 1, 2, 5, 10 … from below the shortest latency to above the longest. */
function roundTimesMs(schedules: readonly ScheduleRun[]): readonly number[] {
  const axis = timeAxis(schedules.map(({ result }) => result.latenciesMs));
  if (axis === undefined) return [];
  const decades = Array.from({ length: axis.decades }, (_, index) => axis.firstExponent + index);
  const lastMs = 10 ** (axis.firstExponent + axis.decades);
  return [...decades.flatMap((exponent) => [1, 2, 5].map((step) => step * 10 ** exponent)), lastMs];
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(2)} %`;
}

function brief(ratio: number): string {
  return `${Number((100 * ratio).toFixed(2))} %`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
