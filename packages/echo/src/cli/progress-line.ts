import type { ProbeProgress } from "../probe/progress.ts";

/** Round trips that the median and the picture are made of: the latest ones. */
const KEPT_ROUND_TRIPS = 1024;
const PICTURE_COLUMNS = 20;
const HEIGHTS = "▁▂▃▄▅▆▇█";

/** How far a measurement has come, in one line. */
export class ProgressLine {
  #rttsNs: number[] = [];
  #mediansNs: number[] = [];

  next({ sentCount, answeredCount, rttsNs }: ProbeProgress): string {
    const latestNs = rttsNs.at(-1);
    this.#rttsNs = [...this.#rttsNs, ...rttsNs].slice(-KEPT_ROUND_TRIPS);
    if (rttsNs.length > 0) {
      this.#mediansNs = [...this.#mediansNs, medianOf([...rttsNs])].slice(-PICTURE_COLUMNS);
    }
    const missingCount = sentCount - answeredCount;
    const counts = `sent ${sentCount}, received ${answeredCount}, missing ${missingCount}`;
    if (this.#rttsNs.length === 0) return counts;
    const current = latestNs === undefined ? "" : `, rtt ${inMs(latestNs)} ms`;
    const median = `median ${inMs(medianOf(this.#rttsNs))} ms`;
    return `${counts}${current}, ${median} ${picture(this.#mediansNs)}`;
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

/** One column a value, the largest one the highest. */
function picture(values: readonly number[]): string {
  const highest = Math.max(...values);
  return values
    .map((value) => HEIGHTS[Math.round((value / highest) * (HEIGHTS.length - 1))] ?? "")
    .join("");
}

function inMs(ns: number): string {
  return (ns / 1e6).toFixed(3);
}
