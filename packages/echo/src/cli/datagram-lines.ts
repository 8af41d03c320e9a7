import type { DatagramRow } from "../probe/datagram-rows.ts";
import { DATAGRAM_FIELDS } from "../probe/datagram-rows.ts";

/** Each datagram as a JSON document. */
export function* jsonLines(rows: Iterable<DatagramRow>): Generator<string> {
  for (const row of rows) yield JSON.stringify({ schema: "udp-echo/1", kind: "datagram", ...row });
}

/** Each datagram as values between commas, behind a line with their names; nothing for what is not known. */
export function* csvLines(rows: Iterable<DatagramRow>): Generator<string> {
  yield DATAGRAM_FIELDS.join(",");
  for (const row of rows) yield DATAGRAM_FIELDS.map((field) => row[field] ?? "").join(",");
}
