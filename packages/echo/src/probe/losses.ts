import { lossRunsOf } from "../statistics/loss-runs.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import type { LossDocument, RatioDocument, UnansweredDocument } from "./loss-document.ts";
import type { ProbeResult } from "./result.ts";
import type { SampleArrays } from "./samples.ts";

/** Datagrams without an answer, for whatever reason. */
export function unansweredDocument({ receivedAtNs }: SampleArrays): UnansweredDocument {
  const received = new Uint8Array(receivedAtNs.length);
  for (const [number, atNs] of receivedAtNs.entries())
    received[number] = Number.isNaN(atNs) ? 0 : 1;
  const { lostCount: count, runCount, longestRunCount, meanRunCount } = lossRunsOf(received);
  return {
    count,
    ...ratioDocument(count, received.length),
    longestRunCount,
    runCount,
    meanRunCount: meanRunCount ?? null,
  };
}

/** What was lost of the datagrams that the far end did not refuse to answer; null where that cannot be told. */
export function lossDocument(result: Losses): LossDocument | null {
  const { sentCount, answeredCount } = result.counts;
  const refusedCount = refusedDatagramCount(result);
  if (refusedCount === undefined) return null;
  const count = sentCount - refusedCount - answeredCount;
  // What no server can have seen is not believed.
  return count < 0 ? null : { count, ...ratioDocument(count, sentCount - refusedCount) };
}

/** What losses are told from. */
interface Losses extends Pick<ProbeResult, "peer" | "forward"> {
  readonly counts: Pick<ProbeResult["counts"], "sentCount" | "answeredCount">;
}

/** The far end counts what it refused by arrivals; those are datagrams where none came twice. */
function refusedDatagramCount({ peer, forward }: Losses): number | undefined {
  if (peer === undefined || peer.refusedCount === 0) return peer?.refusedCount;
  return forward.duplicatedCount === 0 ? peer.refusedCount : undefined;
}

function ratioDocument(count: number, total: number): RatioDocument {
  if (total === 0) return { ratio: null, lowerRatio: null, upperRatio: null };
  return { ratio: count / total, ...wilsonInterval(count, total) };
}
