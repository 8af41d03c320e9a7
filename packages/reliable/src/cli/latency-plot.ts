import { describeMs } from "@udp/core/cli";
import { plot } from "asciichart";
import { countUpTo } from "../simulation/latencies.ts";

/** The latencies of the requests that were answered under one schedule, in ascending order. */
export interface PlottedLatencies {
  readonly name: string;
  readonly latenciesMs: Float64Array;
}

/** The time axis: from one power of ten to another, on a logarithmic scale. */
export interface TimeAxis {
  readonly firstExponent: number;
  readonly decades: number;
}

/** Columns for all decades, at most. */
const WIDTH = 60;

const LABEL_WIDTH = "100 %".length;

const PLOT = {
  min: 0,
  max: 100,
  height: 4,
  offset: 2,
  format: (percent: number) => `${percent} %`.padStart(LABEL_WIDTH),
};

/**
 * From a power of ten below all latencies to one that is not, whichever schedule they are of;
 * `undefined` where there is none. Each list is in ascending order.
 */
export function timeAxis(latenciesMs: readonly Float64Array[]): TimeAxis | undefined {
  const ends = latenciesMs.flatMap((ascending) => [ascending.find(isPositive), ascending.at(-1)]);
  const known = ends.filter((ms) => ms !== undefined).filter(isPositive);
  if (known.length === 0) return undefined;
  const firstExponent = Math.ceil(Math.log10(Math.min(...known))) - 1;
  const lastExponent = Math.ceil(Math.log10(Math.max(...known)));
  return { firstExponent, decades: Math.max(lastExponent - firstExponent, 1) };
}

/** The part of all requests that was answered within a time, one plot for each schedule. */
export function latencyPlots(
  plotted: readonly PlottedLatencies[],
  requestCount: number,
): readonly string[] {
  const axis = timeAxis(plotted.map(({ latenciesMs }) => latenciesMs));
  if (axis === undefined) return [];
  const columns = Math.floor(WIDTH / axis.decades);
  const timesMs = Array.from(
    { length: columns * axis.decades + 1 },
    (_, index) => 10 ** (axis.firstExponent + index / columns),
  );
  const plots = plotted.flatMap(({ name, latenciesMs }) => {
    const percents = timesMs.map((ms) => (100 * countUpTo(latenciesMs, ms)) / requestCount);
    return [
      name,
      ...plot(percents, PLOT)
        .split("\n")
        .map((line) => line.trimEnd()),
    ];
  });
  return [...plots, timeLabels(axis, columns)];
}

/** The powers of ten, each below its column. */
function timeLabels({ firstExponent, decades }: TimeAxis, columns: number): string {
  const labels = Array.from({ length: decades + 1 }, (_, index) =>
    describeMs(10 ** (firstExponent + index)).padEnd(columns),
  );
  return `${" ".repeat(LABEL_WIDTH)}${labels.join("").trimEnd()}`;
}

function isPositive(ms: number): boolean {
  return ms > 0;
}
