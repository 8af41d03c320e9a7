/**
 * Asks a reflector for datagrams of the packet sizes given, in order, then for one of the smallest;
 * when that one has come, notes of each what became of it. Does so as often as it is told, and prints
 * the rounds as JSON.
 */
import { addressFamily, openBunSocket, unspecifiedAddress } from "@udp/core";
import type { Frame } from "../../src/frame.ts";
import { createNonce, decodeFrame, encodeFrame, MIN_PROBE_PAYLOAD_BYTES } from "../../src/frame.ts";
import { payloadBytesOf } from "../../src/packet-size.ts";

const [, , address = "", port, rounds, ...sizes] = process.argv;
const to = { address, port: Number(port) };
const family = addressFamily(address);
const arrivals = new Map<bigint, Frame>();
const arrived = new Map<bigint, () => void>();

await using socket = await openBunSocket({
  local: { address: unspecifiedAddress(family), port: 0 },
  onDatagram: (payload) => {
    const frame = decodeFrame(payload);
    if (frame === undefined) return;
    arrivals.set(frame.nonce, frame);
    arrived.get(frame.nonce)?.();
  },
});

function send(frame: Frame): bigint {
  socket.send(encodeFrame(frame), to);
  return frame.nonce;
}

async function answerTo(frame: Frame): Promise<Frame | undefined> {
  const { promise, resolve } = Promise.withResolvers<void>();
  arrived.set(frame.nonce, resolve);
  const nonce = send(frame);
  await promise;
  return arrivals.get(nonce);
}

function fateOf(nonce: bigint): string {
  const frame = arrivals.get(nonce);
  if (frame === undefined) return "lost";
  return frame.type === "refusal" ? frame.reason : "came";
}

async function askRound(cookie: Uint8Array): Promise<string[]> {
  const request = (payloadBytes: number): Frame => ({
    type: "sized-request",
    nonce: createNonce(),
    payloadBytes,
    cookie,
  });
  const nonces = sizes.map((size) => send(request(payloadBytesOf(Number(size), family))));
  await answerTo(request(MIN_PROBE_PAYLOAD_BYTES));
  return nonces.map(fateOf);
}

const first = await answerTo({ type: "cookie-request", nonce: createNonce() });
if (first?.type !== "cookie") throw new Error(`expected a cookie; got ${first?.type}`);
const fates: string[][] = [];
for (let round = 0; round < Number(rounds); round++) fates.push(await askRound(first.cookie));
console.log(JSON.stringify(fates));
