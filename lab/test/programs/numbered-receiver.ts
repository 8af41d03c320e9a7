/**
 * Counts numbered datagrams at `ADDRESS PORT`, and says what came so far for each line that it
 * reads. A datagram is reordered where a later one came before it (RFC 4737 section 3.3).
 */
import { createInterface } from "node:readline";
import { openBunSocket } from "@udp/core";

const [address = "", port = ""] = process.argv.slice(2);
const seen = new Set<number>();
let received = 0;
let reordered = 0;
let nextExpected = 0;

await using _socket = await openBunSocket({
  local: { address, port: Number(port) },
  onDatagram: (payload) => {
    const number = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    received++;
    if (!seen.has(number) && number < nextExpected) reordered++;
    seen.add(number);
    nextExpected = Math.max(nextExpected, number + 1);
  },
});
console.log("listening");
for await (const _line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ received, distinct: seen.size, reordered }));
}
