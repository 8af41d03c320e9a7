import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressFamily } from "../address/ip-address.ts";
import { decodeArrival } from "./arrival.ts";
import { BatchArrivals } from "./batch-arrivals.ts";
import { BatchSlot } from "./batch-slot.ts";
import type { ControlMessage } from "./control-message.ts";
import { decodeControlMessages, encodeControlMessage } from "./control-message.ts";
import { encodePacketInfo } from "./packet-info.ts";
import { ReplySource } from "./reply-source.ts";

const COUNT = 3;

function data(bytes: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes });
}

/** `struct scm_timestamping`, of which the first time counts. */
const times: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.bigInt(0n, 2n ** 60n), fc.bigInt(0n, 999_999_999n))
  .map(([seconds, ns]) => new Uint8Array(BigInt64Array.of(seconds, ns, 1n, 1n, 1n, 1n).buffer));

/** What the kernel says, and what means nothing here. */
const messages: fc.Arbitrary<ControlMessage> = fc.oneof(
  fc.record({ level: fc.constant(0), type: fc.constant(2), data: data(4) }),
  fc.record({ level: fc.constant(41), type: fc.constant(52), data: data(4) }),
  fc.record({ level: fc.constant(1), type: fc.constant(37), data: times }),
  fc.record({ level: fc.integer({ min: 2, max: 40 }), type: fc.nat(60), data: data(5) }),
);

/** The last one of each kind, as a socket of either family is told. */
function naively(control: Uint8Array): [number | undefined, bigint | undefined] {
  const decoded = decodeControlMessages(control);
  const [one, other] = [4 as const, 6 as const].map((family) => decodeArrival(decoded, family));
  const last = decoded.findLast(({ level, type }) => [2, 41 * 64 + 52].includes(level * 64 + type));
  const hopLimit = last?.level === 0 ? one?.hopLimit : other?.hopLimit;
  return [hopLimit === undefined ? undefined : hopLimit >>> 0, one?.arrivedAtUnixNs];
}

test("reads hop limits and times as one message at a time is read", () => {
  const slot = new BatchSlot(new Uint8Array(1), new Uint8Array(28));
  const arrivals = new BatchArrivals({
    family: 6,
    count: COUNT,
    sources: undefined,
    reportsHopLimit: true,
    reportsTime: true,
  });
  const runs = fc.array(messages, { maxLength: 5 });
  fc.assert(
    fc.property(runs, fc.nat(COUNT - 1), fc.nat(192), (run, index, bytes) => {
      const memory = arrivals.memoryOf(index).fill(0xff);
      const control = Buffer.concat(run.map(encodeControlMessage)).subarray(0, bytes);
      memory.set(control);
      arrivals.read(index, control.byteLength, slot);
      expect([slot.hopLimit, slot.arrivedAtUnixNs]).toEqual(naively(control));
    }),
  );
});

test.each([
  ["192.0.2.1", 0],
  ["2001:db8::1", 0],
  ["fe80::1", 7],
  ["febf::1", 7],
  ["fec0::1", 0],
])(
  "answers leave from %s where that was asked, and by its interface if need be",
  (source, expected) => {
    const family = addressFamily(source);
    const sources = new ReplySource(family, COUNT);
    const info = new Uint32Array(7);
    new Uint8Array(info.buffer).set(encodePacketInfo({ interfaceIndex: 7, source }, family), 8);
    sources.note(1, info, 2);
    const written = new Uint32Array(12);
    sources.write(1, written, 2);
    const [message, ...others] = decodeControlMessages(
      new Uint8Array(written.buffer).subarray(8, 8 + sources.controlBytes),
    );
    expect(others).toEqual([]);
    expect(message).toEqual({
      level: family === 4 ? 0 : 41,
      type: family === 4 ? 8 : 50,
      data: encodePacketInfo({ interfaceIndex: expected, source }, family),
    });
    sources.note(2, info, 2);
    expect([sources.isSame(1, 2), sources.isSame(0, 1)]).toEqual([true, false]);
  },
);
