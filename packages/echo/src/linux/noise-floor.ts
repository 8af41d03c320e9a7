import { MessageSocket, ReadableWait } from "@udp/core/linux";
import type { NoiseFloor } from "../probe/result.ts";

/** The fewest that support a 99th percentile. */
const ROUND_TRIPS = 299;

/** The fewest that support a 95th percentile. */
const SLEEPS = 59;
const SLEEP_NS = 1_000_000;

/** What this thread and its host add to whatever they measure. Takes some 60 ms, on the loopback. */
export function measureNoise(): NoiseFloor {
  const local = { address: "127.0.0.1", port: 0 };
  using socket = new MessageSocket({ family: 4, local });
  const wait = new ReadableWait([socket.fd]);
  return {
    selfRttNs: Float64Array.from({ length: ROUND_TRIPS }, () => selfRoundTrip(socket, wait)),
    sleepErrorNs: Float64Array.from({ length: SLEEPS }, () => sleepError(wait)),
  };
}

/** A datagram that a socket sends to itself. */
function selfRoundTrip(socket: MessageSocket, wait: ReadableWait): number {
  const sentAtNs = Bun.nanoseconds();
  socket.send(PAYLOAD, { to: socket.local });
  do wait.wait();
  while (socket.receive() === undefined);
  return socket.lastReadAtNs - sentAtNs;
}

const PAYLOAD = new Uint8Array(64);

/** How much later than asked for this thread is woken. */
function sleepError(wait: ReadableWait): number {
  const wakeAtNs = Bun.nanoseconds() + SLEEP_NS;
  wait.wait(SLEEP_NS);
  return Bun.nanoseconds() - wakeAtNs;
}
