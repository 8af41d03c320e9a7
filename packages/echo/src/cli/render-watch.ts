import { printableLine } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted } from "@udp/core/cli";
import type { ProbeDocument } from "../probe/probe-document.ts";
import type {
  DirectionTotalsDocument,
  IntervalDocument,
  WatchDocument,
  WatchTotals,
} from "../watch/watch-document.ts";
import { addInterval, NO_TOTALS } from "../watch/watch-totals.ts";
import { inMs } from "./in-ms.ts";
import { measurement } from "./render-probe.ts";
import { toTheSecond } from "./to-the-second.ts";

/** One interval, in one line. */
export function intervalLine(interval: IntervalDocument): Rendering<IntervalDocument> {
  const text = (): string => printableLine(describeInterval(interval));
  return { text, document: () => interval };
}

/** One interval, in its line and with everything that was measured in it. */
export function wholeInterval(interval: IntervalDocument): Rendering<IntervalDocument> {
  const { text: line, document } = intervalLine(interval);
  const measured = interval.measurement;
  if (measured === null) return { text: line, document };
  return { text: () => `${line()}\n${measurement(measured).text()}\n`, document };
}

/** A whole watch of one host. */
export function watchSummary(
  watch: Omit<WatchDocument, "schema" | "kind">,
): Rendering<WatchDocument> {
  return {
    text: () => printableLine(describeWatch(watch)),
    document: () => ({ schema: "udp-echo/1", kind: "watch", ...watch }),
  };
}

function describeInterval(interval: IntervalDocument): string {
  const { startedAt, target, failure, measurement: measured } = interval;
  const totals = addInterval(NO_TOTALS, interval);
  const parts = [
    ...(failure === null ? [] : [`down: ${failure.message}`]),
    ...(measured === null ? missed(totals) : [...counts(totals), ...times(measured)]),
  ];
  return `${toTheSecond(startedAt)} ${target}: ${parts.join(", ")}`;
}

function counts(totals: WatchTotals): readonly string[] {
  const { sentCount, receivedCount, lost, duplicated } = totals;
  const others = {
    duplicated: together(duplicated),
    late: totals.lateCount,
    "refused by the far end": totals.refusedCount ?? 0,
    unsent: totals.unsentCount,
    "from a wrong source": totals.wrongSourceCount,
  };
  return [
    `sent ${sentCount}`,
    `received ${receivedCount}`,
    `lost ${together(lost)}${directions(lost)}`,
    ...missed(totals),
    ...Object.entries(others).flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : [])),
  ];
}

function missed({ missedCount }: WatchTotals): readonly string[] {
  return missedCount === 0 ? [] : [`missed ${missedCount}`];
}

function together({ forward, backward, unknown }: DirectionTotalsDocument): number {
  return (forward ?? 0) + (backward ?? 0) + (unknown ?? 0);
}

/** ` (forward 2, backward 1)`, as far as it is known. */
function directions(counted: DirectionTotalsDocument): string {
  if (together(counted) === 0) return "";
  const named = {
    forward: counted.forward,
    backward: counted.backward,
    "direction unknown": counted.unknown,
  };
  const parts = Object.entries(named).flatMap(([name, count]) =>
    count === null ? [] : [`${name} ${count}`],
  );
  return ` (${parts.join(", ")})`;
}

function times({ rtt, jitterNs }: ProbeDocument): readonly string[] {
  if (rtt.count === 0) return [];
  const [min, median, p99, max] = [rtt.minNs, rtt.medianNs, rtt.p99Ns, rtt.maxNs].map(time);
  return [
    `rtt min ${min} median ${median} p99 ${p99} max ${max} ms`,
    `jitter ${time(jitterNs)} ms`,
  ];
}

function time(ns: number | null | undefined): string {
  return ns === null || ns === undefined ? "–" : inMs(ns);
}

function describeWatch(watch: Omit<WatchDocument, "schema" | "kind">): string {
  const { target, intervalCount, downCount, minRttNs, maxRttNs } = watch;
  const parts = [
    `${counted(intervalCount, "interval")}, down in ${downCount}`,
    ...counts(watch),
    ...(minRttNs === null ? [] : [`rtt min ${time(minRttNs)} max ${time(maxRttNs)} ms`]),
    ...(watch.droppedLineCount === 0 ? [] : [`lines not written ${watch.droppedLineCount}`]),
  ];
  return `${target} in all: ${parts.join(", ")}`;
}
