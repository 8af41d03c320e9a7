/**
 * Sends more over the loopback than its queue holds, from a socket that asks for errors, and prints
 * what came of it, as JSON.
 */
import { openBunSocket } from "@udp/core";

const DATAGRAMS = 200;

let receivedCount = 0;
await using receiver = await openBunSocket({
  local: { address: "127.0.0.1", port: 0 },
  onDatagram: () => receivedCount++,
});
await using sender = await openBunSocket({ onDatagram: () => {}, onError: () => {} });

let pauseCount = 0;
for (let takenCount = 0; takenCount < DATAGRAMS; ) {
  if (sender.send(new Uint8Array(1000), receiver.local)) takenCount++;
  else {
    pauseCount++;
    await sender.drained();
  }
}
while (receivedCount < DATAGRAMS) await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify({ receivedCount, hasPaused: pauseCount > 0 }));
