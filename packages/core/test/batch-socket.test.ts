import { describe, expect, spyOn, test } from "bun:test";
import type { Endpoint } from "../src/index.ts";
import { addressFamily, addressWords } from "../src/index.ts";
import type { BatchSocketOptions, ReceivedMessage } from "../src/linux/index.ts";
import {
  BatchSocket,
  batchSocketObstacle,
  closeDescriptor,
  MessageSocket,
  messageSocketObstacle,
  openServerDescriptor,
  ReadableWait,
  readUnixTimeNs,
} from "../src/linux/index.ts";
import { libc, setSocketOption } from "../src/linux/libc.ts";

/** A server, and where it is. */
interface Served extends Disposable {
  readonly fd: number;
  readonly local: Endpoint;
  readonly socket: BatchSocket;
}

function serve(address: string, options: Omit<BatchSocketOptions, "family"> = {}): Served {
  const { fd, local } = openServerDescriptor({ local: { address, port: 0 } });
  const socket = new BatchSocket(fd, { family: addressFamily(address), ...options });
  return { fd, local, socket, [Symbol.dispose]: () => closeDescriptor(fd) };
}

/** Receives so many datagrams and sends each of them back. Returns how many the system took. */
function echo({ socket }: Served, count: number): number {
  let takenCount = 0;
  for (let receivedCount = 0; receivedCount < count; ) {
    const batchCount = socket.receive();
    for (let index = 0; index < batchCount; index++) {
      socket.reply(index, socket.slots[index]?.payload.byteLength ?? 0);
    }
    takenCount += socket.flush();
    receivedCount += batchCount;
  }
  return takenCount;
}

function receiveAll(socket: MessageSocket, count: number): ReceivedMessage[] {
  const wait = new ReadableWait([socket.fd]);
  return Array.from({ length: count }, () => {
    const waiting = socket.receive();
    if (waiting !== undefined) return waiting;
    wait.wait(2_000_000_000);
    const message = socket.receive();
    if (message === undefined) throw new Error("nothing more comes");
    return message;
  });
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function payloadOf(bytes: number, mark: number): Uint8Array {
  return new Uint8Array(bytes).fill(mark);
}

describe.skipIf(process.platform !== "linux").each(["127.0.0.1", "::1"])(
  "a batch socket at %s (Linux)",
  (address) => {
    const family = addressFamily(address);
    const local = { address, port: 0 };

    test("sends each datagram back to its sender, of whatever length, in order", () => {
      using server = serve(address);
      using one = new MessageSocket({ family, local });
      using other = new MessageSocket({ family, local });
      const lengths = [
        64, 64, 64, 10, 64, 0, 0, 1232, 1232, 1233, 1233, 60_000, 65_507, 1, 64, 64, 10, 64,
      ];
      for (const [index, bytes] of lengths.entries()) {
        one.send(payloadOf(bytes, index), { to: server.local });
        if (index < 5) other.send(payloadOf(bytes, 100 + index), { to: server.local });
      }
      const count = lengths.length + 5;
      expect(echo(server, count)).toBe(count);
      const shown = (socket: MessageSocket, messages: number): unknown[] =>
        receiveAll(socket, messages).map(({ payload, from }) => [
          payload.byteLength,
          payload.every((byte) => byte === payload[0]) && payload[0],
          from.port === server.local.port,
        ]);
      const expected = (first: number, some: readonly number[]): unknown[] =>
        some.map((bytes, index) => [bytes, bytes === 0 ? undefined : first + index, true]);
      expect(shown(one, lengths.length)).toEqual(expected(0, lengths));
      expect(shown(other, 5)).toEqual(expected(100, lengths.slice(0, 5)));
    });

    test("counts no reply that it does not send: empty ones behind others", () => {
      using server = serve(address);
      using sender = new MessageSocket({ family, local });
      const lengths = [64, 0, 64, 64, 0, 0, 64];
      for (const bytes of lengths) sender.send(payloadOf(bytes, 1), { to: server.local });
      expect(echo(server, lengths.length)).toBe(lengths.length);
      const received = receiveAll(sender, lengths.length);
      expect(received.map(({ payload }) => payload.byteLength)).toEqual(lengths);
    });

    test("keeps up with more than a batch, from one sender and from many", () => {
      using server = serve(address);
      const senders = Array.from({ length: 20 }, () => new MessageSocket({ family, local }));
      try {
        for (let round = 0; round < 5; round++) {
          for (const sender of senders) sender.send(payloadOf(64, round), { to: server.local });
        }
        expect(echo(server, 100)).toBe(100);
        for (const sender of senders) {
          expect(receiveAll(sender, 5).map(({ payload }) => payload[0])).toEqual([0, 1, 2, 3, 4]);
        }
      } finally {
        for (const sender of senders) sender[Symbol.dispose]();
      }
    });

    test("says who sent a datagram, and how far it came", () => {
      using server = serve(address, { reportsHopLimit: true });
      using sender = new MessageSocket({ family, local });
      sender.setHopLimit(9);
      sender.send(payloadOf(3, 7), { to: server.local });
      expect(server.socket.receive()).toBe(1);
      const [slot] = server.socket.slots;
      expect([slot?.sourceAddress, slot?.sourcePort, slot?.hopLimit, slot?.payload]).toEqual([
        addressWords(address),
        sender.local.port,
        9,
        payloadOf(3, 7),
      ]);
    });

    test("says when the kernel had a datagram", () => {
      using server = serve(address, { reportsTime: true, reportsHopLimit: true });
      using sender = new MessageSocket({ family, local });
      const [slot] = server.socket.slots;
      let sentAtUnixNs: bigint;
      let hadAtUnixNs: bigint;
      // Where nobody on this machine asked before, the kernel begins a little later.
      do {
        sentAtUnixNs = readUnixTimeNs();
        sender.send(payloadOf(3, 7), { to: server.local });
        hadAtUnixNs = readUnixTimeNs();
        server.socket.receive();
      } while (slot?.arrivedAtUnixNs === undefined);
      const inOrder = [sentAtUnixNs, slot.arrivedAtUnixNs, hadAtUnixNs];
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number(a - b)));
    });

    test("does not wait for ever", () => {
      using server = serve(address);
      expect(server.socket.receive()).toBe(0);
    });
  },
);

test.skipIf(process.platform !== "linux")("nothing is in the way of sockets here (Linux)", () => {
  expect([batchSocketObstacle(), messageSocketObstacle()]).toEqual([undefined, undefined]);
});

describe.skipIf(process.platform !== "linux")("a batch socket at all addresses (Linux)", () => {
  test.each([
    ["0.0.0.0", "127.0.0.2"],
    ["::", "127.0.0.3"],
    ["::", "::1"],
  ])("%s answers from %s where that was asked", (wildcard, asked) => {
    using server = serve(wildcard, { repliesFromDestination: true, reportsHopLimit: true });
    const family = addressFamily(asked);
    using sender = new MessageSocket({ family });
    const to = { address: asked, port: server.local.port };
    for (const mark of [1, 2]) sender.send(payloadOf(64, mark), { to });
    expect(echo(server, 2)).toBe(2);
    expect(receiveAll(sender, 2).map(({ from }) => from)).toEqual([to, to]);
  });

  test("one client asks two addresses by turns, and hears each of them", () => {
    using server = serve("0.0.0.0", { repliesFromDestination: true });
    using sender = new MessageSocket({ family: 4 });
    const { port } = server.local;
    const asked = [2, 3, 2, 2, 3, 3, 2].map((host) => ({ address: `127.0.0.${host}`, port }));
    for (const [mark, to] of asked.entries()) sender.send(payloadOf(64, mark), { to });
    expect(echo(server, asked.length)).toBe(asked.length);
    expect(receiveAll(sender, asked.length).map(({ from, payload }) => [from, payload[0]])).toEqual(
      asked.map((to, mark) => [to, mark]),
    );
  });

  test("two clients with one port hear their own replies", () => {
    using server = serve("127.0.0.1");
    using one = new MessageSocket({ family: 4, local: { address: "127.0.0.2", port: 0 } });
    const { port } = one.local;
    using other = new MessageSocket({ family: 4, local: { address: "127.0.0.3", port } });
    for (let mark = 0; mark < 6; mark += 2) {
      one.send(payloadOf(64, mark), { to: server.local });
      other.send(payloadOf(64, mark + 1), { to: server.local });
    }
    expect(echo(server, 6)).toBe(6);
    const marksOf = (socket: MessageSocket): unknown[] =>
      receiveAll(socket, 3).map(({ payload }) => payload[0]);
    expect([marksOf(one), marksOf(other)]).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
  });

  test("what came before it is answered from no other address", () => {
    const { fd, local } = openServerDescriptor({ local: { address: "0.0.0.0", port: 0 } });
    using stack = new DisposableStack();
    stack.defer(() => closeDescriptor(fd));
    using sender = new MessageSocket({ family: 4 });
    const to = { address: "127.0.0.2", port: local.port };
    sender.send(payloadOf(64, 1), { to });
    const socket = new BatchSocket(fd, { family: 4, repliesFromDestination: true });
    sender.send(payloadOf(64, 2), { to });
    expect([socket.receive(), socket.slots[0]?.payload]).toEqual([1, payloadOf(64, 2)]);
    socket.reply(0, 64);
    expect(socket.flush()).toBe(1);
    expect(receiveAll(sender, 1)).toMatchObject([{ from: to, payload: payloadOf(64, 2) }]);
  });

  test("a broadcast is not for it", () => {
    using server = serve("0.0.0.0");
    using sender = new MessageSocket({ family: 4 });
    sender.setBroadcast(true);
    const { port } = server.local;
    for (const address of ["127.255.255.255", "127.0.0.1"]) {
      sender.send(bytesOf(address), { to: { address, port } });
    }
    expect(server.socket.receive()).toBe(1);
    expect(server.socket.slots[0]?.payload).toEqual(bytesOf("127.0.0.1"));
  });

  test("a way that takes no joined replies costs others nothing, and is tried again", () => {
    using server = serve("127.0.0.1");
    using one = new MessageSocket({ family: 4, local: { address: "127.0.0.2", port: 0 } });
    using other = new MessageSocket({ family: 4, local: { address: "127.0.0.3", port: 0 } });
    const exchange = (socket: MessageSocket): number[] => joinedReplies(server, socket);
    const before = exchange(one);
    sendWithoutChecksums(server.fd, true);
    const refused = exchange(one);
    sendWithoutChecksums(server.fd, false);
    const remembered = [exchange(one), exchange(other)];
    for (let batch = 0; batch < 1024; batch++) server.socket.flush();
    expect([before, refused, ...remembered, exchange(one)]).toEqual([
      [192],
      [64, 64, 64],
      [64, 64, 64],
      [192],
      [192],
    ]);
  });

  test("a batch waits for room once, however many replies it has", () => {
    using server = serve("127.0.0.1");
    const { sendmmsg } = libc();
    let [callCount, waitCount] = [0, 0];
    const refuse = (...what: Parameters<typeof sendmmsg>): number => {
      callCount++;
      if (what[3] === 0) waitCount++;
      return -1;
    };
    using calls = spyOn(libc(), "sendmmsg");
    calls.mockImplementation(Object.assign(refuse, sendmmsg));
    for (const batch of [1, 2]) {
      // Longer and longer ones are not joined.
      for (let index = 0; index < 10; index++) server.socket.reply(index, index);
      expect(server.socket.flush()).toBe(0);
      expect([callCount, waitCount]).toEqual([batch * 10, batch]);
    }
  });

  test("a port in use is an error", () => {
    using server = serve("127.0.0.1");
    expect(() => openServerDescriptor({ local: server.local })).toThrow(
      expect.objectContaining({ code: "UDP_ADDRESS_IN_USE" }),
    );
  });
});

/** The lengths in which three replies arrive at a socket that takes joined ones as they are (UDP_GRO). */
function joinedReplies(server: Served, socket: MessageSocket): number[] {
  setSocketOption(socket.fd, IPPROTO_UDP, UDP_GRO, Int32Array.of(1));
  for (const mark of [1, 2, 3]) socket.send(payloadOf(64, mark), { to: server.local });
  expect(echo(server, 3)).toBe(3);
  const lengths: number[] = [];
  while (lengths.reduce((sum, bytes) => sum + bytes, 0) < 3 * 64) {
    lengths.push(...receiveAll(socket, 1).map(({ payload }) => payload.byteLength));
  }
  return lengths;
}

/** The kernel then joins nothing (EINVAL), as if the way could not carry it. */
function sendWithoutChecksums(fd: number, isOn: boolean): void {
  setSocketOption(fd, SOL_SOCKET, SO_NO_CHECK, Int32Array.of(Number(isOn)));
}

const IPPROTO_UDP = 17;
const UDP_GRO = 104;
const SOL_SOCKET = 1;
const SO_NO_CHECK = 11;
