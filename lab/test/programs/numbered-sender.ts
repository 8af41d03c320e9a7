/**
 * Sends numbered datagrams at a steady pace: `ADDRESS PORT COUNT PAYLOAD_BYTES PER_MS`. Prints how
 * long that took, in milliseconds.
 */
import { openBunSocket } from "@udp/core";

const [address = "", ...numbers] = process.argv.slice(2);
const [port = 0, count = 0, payloadBytes = 0, perMs = 0] = numbers.map(Number);

// Not connected, so that a host where nobody listens does not end it.
const local = { address: address.includes(":") ? "::" : "0.0.0.0", port: 0 };
await using socket = await openBunSocket({ local, onDatagram: () => {} });
const payload = new Uint8Array(payloadBytes);
const view = new DataView(payload.buffer);
const startedAtMs = performance.now();
for (let sentCount = 0; sentCount < count; ) {
  const dueCount = Math.min(count, Math.ceil((performance.now() - startedAtMs) * perMs));
  for (; sentCount < dueCount; sentCount++) {
    view.setUint32(0, sentCount);
    while (!socket.send(payload, { address, port })) await socket.drained();
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(performance.now() - startedAtMs);
