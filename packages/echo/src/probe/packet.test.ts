import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ProbePacket } from "./packet.ts";
import { probePacketType, readProbePacket, writeProbePacket } from "./packet.ts";
import type { PeerCounts } from "./peer-counts.ts";

const session = fc.bigInt({ min: 0n, max: 0xff_ff_ff_ff_ff_ff_ff_ffn });
const word = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
const header = { session, number: word };
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const cookie = fc.uint8Array({ minLength: 24, maxLength: 24 });

const packets: fc.Arbitrary<ProbePacket> = fc.oneof(
  fc.record({ type: fc.constantFrom("hello", "probe", "close", "echo"), ...header }),
  fc.record({ type: fc.constantFrom("open", "cookie"), ...header, cookie }),
  fc.record({ type: fc.constant("opened"), ...header, windowSize: word }),
  fc.record({
    type: fc.constant("reply"),
    ...header,
    replyNumber: word,
    receivedAtUnixNs: session,
    sentAtUnixNs: session,
    hopLimit: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
    isClockSynchronised: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("report"),
    ...header,
    counts: fc.record({
      distinctCount: count,
      copyCount: count,
      replyCount: count,
      refusedCount: count,
      undecidedCount: count,
      droppedCount: fc.option(count, { nil: undefined }),
      unsentCount: count,
      foreignCount: count,
    }),
  }),
  fc.record({
    type: fc.constant("refusal"),
    ...header,
    reason: fc.constantFrom("cookie", "full", "unknown"),
  }),
);

const SHORTEST_PADDED: ReadonlyMap<string, number> = new Map([
  ["probe", 40],
  ["reply", 40],
  ["echo", 20],
]);

const NO_COUNTS: PeerCounts = {
  distinctCount: 0,
  copyCount: 0,
  replyCount: 0,
  refusedCount: 0,
  undecidedCount: 0,
  droppedCount: undefined,
  unsentCount: 0,
  foreignCount: 0,
};

describe("probe packets", () => {
  test("stand on the wire as they are drawn", () => {
    const target = new Uint8Array(42).fill(0xee);
    writeProbePacket(
      {
        type: "reply",
        session: 0x01_02_03_04_05_06_07_08n,
        number: 7,
        replyNumber: 9,
        receivedAtUnixNs: 0x11_12_13_14_15_16_17_18n,
        sentAtUnixNs: 0x21_22_23_24_25_26_27_28n,
        hopLimit: 63,
        isClockSynchronised: true,
      },
      target,
    );
    expect(target.toHex()).toBe(
      "755052420106013f0102030405060708000000070000000911121314151617182122232425262728eeee",
    );
  });

  test("property: what was written is read", () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 84, max: 200 }), (packet, bytes) => {
        const target = crypto.getRandomValues(new Uint8Array(bytes));
        const length = writeProbePacket(packet, target);
        expect(readProbePacket(target.subarray(0, length))).toEqual(packet);
        expect(probePacketType(target)).toBe(packet.type);
      }),
    );
  });

  test("property: a packet that is cut is none, and nothing throws", () => {
    fc.assert(
      fc.property(packets, fc.nat(), fc.uint8Array(), (packet, cut, junk) => {
        const target = new Uint8Array(84);
        const length = writeProbePacket(packet, target);
        const shortest = SHORTEST_PADDED.get(packet.type) ?? length;
        expect(readProbePacket(target.subarray(0, cut % shortest))).toBeUndefined();
        expect(readProbePacket(junk)).toBeUndefined();
        const twisted = target.slice(0, length);
        twisted[cut % length] = (twisted[cut % length] ?? 0) ^ (1 + (cut % 255));
        readProbePacket(twisted);
      }),
    );
  });

  test("another version, type or impossible count is not read", () => {
    const target = new Uint8Array(84);
    writeProbePacket({ type: "report", session: 1n, number: 0, counts: NO_COUNTS }, target);
    const changed = (offset: number, byte: number): Uint8Array => target.with(offset, byte);
    expect(
      [changed(0, 0x55), changed(4, 2), changed(5, 0), changed(5, 11), changed(20, 0xff)].map(
        (bytes) => readProbePacket(bytes),
      ),
    ).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test("no answer is longer than its request", () => {
    const target = new Uint8Array(200);
    const header = { session: 1n, number: 1 };
    const cookieBytes = new Uint8Array(24);
    const length = (packet: ProbePacket): number => writeProbePacket(packet, target);
    const refusal = length({ type: "refusal", ...header, reason: "full" });
    expect({
      cookie:
        length({ type: "cookie", ...header, cookie: cookieBytes }) <=
        length({ type: "hello", ...header }),
      opened:
        length({ type: "opened", ...header, windowSize: 1 }) <=
        length({ type: "open", ...header, cookie: cookieBytes }),
      report:
        length({ type: "report", ...header, counts: NO_COUNTS }) <=
        length({ type: "close", ...header }),
      refusal: refusal <= 40,
    }).toEqual({ cookie: true, opened: true, report: true, refusal: true });
  });
});
