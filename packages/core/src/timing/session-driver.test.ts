import { expect, test } from "bun:test";
import type { Endpoint } from "../address/endpoint.ts";
import { seededRandom } from "../random.ts";
import { createNetwork, VirtualClock } from "../simulation/index.ts";
import type { DatagramSocket } from "../socket/datagram-socket.ts";
import { trySendOutgoing } from "../socket/delivery.ts";
import { SessionDriver } from "./session-driver.ts";

const PEER: Endpoint = { address: "192.0.2.2", port: 1060 };

/** Wants to send at given moments. */
class Timetable {
  readonly counters = { unsentCount: 0 };
  readonly #momentsNs: number[];

  constructor(momentsNs: readonly number[]) {
    this.#momentsNs = [...momentsNs];
  }

  nextDeadlineNs(): number | undefined {
    return this.#momentsNs[0];
  }

  poll(nowNs: number): { payload: Uint8Array; to: Endpoint }[] {
    const due = this.#momentsNs.filter((momentNs) => momentNs <= nowNs);
    this.#momentsNs.splice(0, due.length);
    return due.map((momentNs) => ({ payload: Uint8Array.of(momentNs), to: PEER }));
  }
}

interface World {
  readonly clock: VirtualClock;
  readonly socket: DatagramSocket;
  readonly arrivals: (readonly [number, number])[];
}

async function openWorld(remote?: Endpoint): Promise<World> {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(1) });
  const [here, there] = ["192.0.2.1", "192.0.2.2"].map((ip) => network.host(ip, [ip]));
  if (here === undefined || there === undefined) throw new Error("expected two hosts");
  const arrivals: (readonly [number, number])[] = [];
  await there.openSocket({
    local: PEER,
    onDatagram: ([momentNs = 0]) => arrivals.push([momentNs, clock.nowNs()]),
  });
  const socket = await here.openSocket({ ...(remote && { remote }), onDatagram: () => undefined });
  return { clock, socket, arrivals };
}

function passTime(clock: VirtualClock, untilNs: number): Promise<void> {
  const passed = Promise.withResolvers<void>();
  clock.at(untilNs, passed.resolve);
  return clock.run(passed.promise);
}

test.each([undefined, PEER])(
  "what is due is sent when it is due, from a socket with remote %j",
  async (remote) => {
    const { clock, socket, arrivals } = await openWorld(remote);
    new SessionDriver(new Timetable([0, 5, 5, 9]), clock, trySendOutgoing).advance(socket);
    await passTime(clock, 20);
    expect(arrivals).toEqual([
      [0, 0],
      [5, 5],
      [5, 5],
      [9, 9],
    ]);
  },
);

test("disposed of, or its socket closed, it sends no more", async () => {
  const { clock, socket, arrivals } = await openWorld();
  const driver = new SessionDriver(new Timetable([5]), clock, trySendOutgoing);
  driver.advance(socket);
  driver[Symbol.dispose]();
  driver.advance(socket);
  const other = new SessionDriver(new Timetable([6]), clock, trySendOutgoing);
  other.advance(socket);
  socket.close();
  await passTime(clock, 20);
  expect(arrivals).toEqual([]);
});

test("what the system does not take is counted, and not sent again by itself", async () => {
  const { clock, socket } = await openWorld();
  const full = Object.create(socket, { send: { value: () => false }, isClosed: { value: false } });
  const timetable = new Timetable([0, 1]);
  new SessionDriver(timetable, clock, trySendOutgoing).advance(full);
  await passTime(clock, 20);
  expect(timetable.counters.unsentCount).toBe(2);
});
