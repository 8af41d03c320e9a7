/**
 * Runs in a network namespace of its own: sends more than the interface's queue holds from a socket
 * that asks for errors, and prints what came of it, as JSON.
 */
import { openBunSocket } from "../../src/socket/bun-socket.ts";

const DATAGRAMS = 200;

for (const command of [
  "ip link set lo up",
  "tc qdisc add dev lo root tbf rate 20mbit burst 5kb limit 8kb",
]) {
  const { success, stderr } = Bun.spawnSync(command.split(" "));
  if (!success) throw new Error(`${command}: ${stderr}`);
}

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
