import type { DatagramDocument } from "./datagram-document.ts";
import { kernelRoundTrip } from "./round-trips.ts";
import type { SampleArrays } from "./samples.ts";

/** What is told of one datagram. */
export type DatagramRow = Omit<DatagramDocument, "schema" | "kind">;

/** The names of the fields, in the order in which they are written. */
export const DATAGRAM_FIELDS: readonly (keyof DatagramRow)[] = [
  "number",
  "intendedAtNs",
  "sentAtNs",
  "sendCallNs",
  "receivedAtNs",
  "rttNs",
  "kernelRttNs",
  "serverProcessingNs",
  "replyCount",
];

/** Every datagram, in the order in which they were sent. */
export function* datagramRows(samples: SampleArrays): Generator<DatagramRow> {
  const originNs = samples.intendedAtNs[0] ?? 0;
  const at = (times: Float64Array, number: number): number => times[number] ?? Number.NaN;
  for (let number = 0; number < samples.sentAtNs.length; number++) {
    const sentAtNs = at(samples.sentAtNs, number);
    const receivedAtNs = at(samples.receivedAtNs, number);
    const isAnswered = !Number.isNaN(receivedAtNs);
    yield {
      number,
      intendedAtNs: Math.round(at(samples.intendedAtNs, number) - originNs),
      sentAtNs: Math.round(sentAtNs - originNs),
      sendCallNs: Math.round(at(samples.sendCallNs, number)),
      receivedAtNs: known(receivedAtNs - originNs),
      rttNs: known(receivedAtNs - sentAtNs),
      kernelRttNs: known(kernelRoundTrip(samples, number)),
      serverProcessingNs: known(
        at(samples.peerSentAtNs, number) - at(samples.peerReceivedAtNs, number),
      ),
      replyCount: isAnswered ? 1 + (samples.extraReplies.get(number) ?? 0) : 0,
    };
  }
}

function known(ns: number): number | null {
  return Number.isNaN(ns) ? null : Math.round(ns);
}
