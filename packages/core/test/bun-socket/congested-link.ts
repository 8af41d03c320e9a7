/**
 * Runs in a network namespace of its own: sends more over a slow link than the socket's buffer
 * holds, by `send` and by `sendMany`, and prints what was taken, as JSON.
 */
import { openBunSocket } from "../../src/socket/bun-socket.ts";

const DATAGRAM = {
  payload: new Uint8Array(1400),
  to: { address: "10.77.0.2", port: 1060 },
};
const DATAGRAMS = 500;

for (const command of [
  "ip link add near type veth peer name far",
  "ip addr add 10.77.0.1/24 dev near",
  "ip link set near up",
  "ip link set far up",
  "ip neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev near",
  "tc qdisc add dev near root tbf rate 20mbit burst 5kb limit 3mb",
]) {
  const { success, stderr } = Bun.spawnSync(command.split(" "));
  if (!success) throw new Error(`${command}: ${stderr}`);
}

await using socket = await openBunSocket({
  local: { address: "10.77.0.1", port: 0 },
  onDatagram: () => {},
});

let pauseCount = 0;

async function sendAll(): Promise<number> {
  let takenCount = 0;
  while (takenCount < DATAGRAMS) {
    if (socket.send(DATAGRAM.payload, DATAGRAM.to)) takenCount++;
    else await pause();
  }
  return takenCount;
}

async function sendAllInBatches(): Promise<number> {
  let left = Array.from({ length: DATAGRAMS }, () => DATAGRAM);
  while (left.length > 0) {
    left = left.slice(socket.sendMany(left));
    if (left.length > 0) await pause();
  }
  return DATAGRAMS - left.length;
}

async function pause(): Promise<void> {
  pauseCount++;
  await socket.drained();
}

const oneByOne = { takenCount: await sendAll(), hasPaused: pauseCount > 0 };
pauseCount = 0;
const inBatches = { takenCount: await sendAllInBatches(), hasPaused: pauseCount > 0 };
const { stdout } = Bun.spawnSync(["tc", "-s", "qdisc", "show", "dev", "near"]);
const isNothingDropped = /\(dropped 0,/.test(stdout.toString());
console.log(JSON.stringify({ oneByOne, inBatches, isNothingDropped }));
