import { reportOf } from "../probe/report.ts";
import type { IntervalDocument } from "./watch-document.ts";
import type { WatchReport } from "./watch-report.ts";

/** Everything that can be said of an interval. */
export function intervalDocument(report: WatchReport): IntervalDocument {
  const { target, startedAt, endedAt, missedCount, failure, result } = report;
  return {
    schema: "udp-echo/1",
    kind: "interval",
    target,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    missedCount,
    failure: failure === undefined ? null : { code: failure.code, message: failure.message },
    measurement: result === undefined ? null : reportOf(result),
  };
}
