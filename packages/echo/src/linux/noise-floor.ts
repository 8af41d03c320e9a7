import { MessageSocket, ReadableWait } from "@udp/core/linux";
import type { NoiseFloor } from "../probe/result.ts";

/** The fewest that support a 99th percentile. */
const ROUND_TRIPS = 299;

/** The fewest that support a 95th percentile. */
const SLEEPS = 59;
const SLEEP_NS = 1_000_000;

/** A datagram that has not come by then is lost, as by a filter. */
const PATIENCE_NS = 50_000_000;

/** After so long it is enough, however few came. */
const MOST_NS = 500_000_000;

/** What this thread and its host add to whatever they measure. Takes some 60 ms, on the loopback. */
export function measureNoise(): NoiseFloor {
  const local = { address: "127.0.0.1", port: 0 };
  using socket = new MessageSocket({ family: 4, local });
  const wait = new ReadableWait([socket.fd]);
  return {
    selfRttNs: Float64Array.from(selfRoundTrips(socket, wait)),
    sleepErrorNs: Float64Array.from({ length: SLEEPS }, () => sleepError(wait)),
  };
}

/** Of datagrams that a socket sends to itself. */
function* selfRoundTrips(socket: MessageSocket, wait: ReadableWait): Generator<number> {
  const untilNs = Bun.nanoseconds() + MOST_NS;
  for (let trip = 0; trip < ROUND_TRIPS && Bun.nanoseconds() < untilNs; trip++) {
    payload.setUint32(0, trip);
    const sentAtNs = Bun.nanoseconds();
    socket.send(PAYLOAD, { to: socket.local });
    wait.wait(PATIENCE_NS);
    const message = socket.receive();
    // One that was given up may come after all.
    if (message?.payload.every((byte, index) => byte === PAYLOAD[index])) {
      yield socket.lastReadAtNs - sentAtNs;
    }
  }
}

const PAYLOAD = new Uint8Array(64);
const payload = new DataView(PAYLOAD.buffer);

/** How much later than asked for this thread is woken. */
function sleepError(wait: ReadableWait): number {
  const wakeAtNs = Bun.nanoseconds() + SLEEP_NS;
  wait.wait(SLEEP_NS);
  return Bun.nanoseconds() - wakeAtNs;
}
