/**
 * Sends more to the address that it is given than the socket's buffer holds, by `send` and by
 * `sendMany`, and prints what was taken, as JSON.
 */
import { openBunSocket } from "@udp/core";

const [, , address = ""] = process.argv;
const DATAGRAM = { payload: new Uint8Array(1400), to: { address, port: 1060 } };
const DATAGRAMS = 500;

await using socket = await openBunSocket({ onDatagram: () => {} });

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
console.log(JSON.stringify({ oneByOne, inBatches }));
