import { percentile } from "@udp/core";
import type { ProbeProgress } from "../probe/progress.ts";
import { inMs } from "./in-ms.ts";

/** Round trips that the median is made of: the latest ones. */
const KEPT_ROUND_TRIPS = 1024;
const PICTURE_COLUMNS = 20;
const HEIGHTS = "▁▂▃▄▅▆▇█";

/** How far a measurement has come, in one line. */
export class ProgressLine {
  #rttsNs: readonly number[] = [];
  #latestNs: readonly number[] = [];

  next({ sentCount, answeredCount, rttsNs }: ProbeProgress): string {
    this.#rttsNs = [...this.#rttsNs, ...rttsNs].slice(-KEPT_ROUND_TRIPS);
    const latestNs = rttsNs.at(-1);
    if (latestNs !== undefined) {
      this.#latestNs = [...this.#latestNs, latestNs].slice(-PICTURE_COLUMNS);
    }
    const medianNs = percentile(Float64Array.from(this.#rttsNs).sort(), 0.5);
    const missingCount = sentCount - answeredCount;
    return [
      `sent ${sentCount}, received ${answeredCount}, missing ${missingCount}`,
      ...(latestNs === undefined ? [] : [`rtt ${inMs(latestNs)} ms ${picture(this.#latestNs)}`]),
      ...(medianNs === undefined ? [] : [`median ${inMs(medianNs)} ms`]),
    ].join(", ");
  }
}

/** One column a value, the largest one the highest. */
function picture(values: readonly number[]): string {
  const highest = Math.max(...values);
  return values
    .map((value) => HEIGHTS[Math.round((value / highest) * (HEIGHTS.length - 1))] ?? "")
    .join("");
}
