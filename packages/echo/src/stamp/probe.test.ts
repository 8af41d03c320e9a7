import { describe, expect, test } from "bun:test";
import type { StampErrorEstimate } from "@udp/core";
import {
  addressWords,
  decodeNtpTimestamp,
  decodeStampTlvs,
  readStampReply,
  readStampRequest,
  seededRandom,
  writeStampReply,
} from "@udp/core";
import fc from "fast-check";
import type { StampProbeOptions } from "./probe.ts";
import { StampProbe } from "./probe.ts";
import { StampReflector } from "./reflector.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const NOON_UNIX_NS = 1_780_920_000_000_000_000n;

/** What 9601 says. */
const ESTIMATE: StampErrorEstimate = {
  isSynchronised: true,
  format: "ntp",
  scale: 22,
  multiplier: 1,
};

function probeWith(options: Partial<StampProbeOptions> = {}): StampProbe {
  return new StampProbe({ errorEstimate: () => ESTIMATE, random: seededRandom(1), ...options });
}

function written(
  probe: StampProbe,
  number: number,
  byteLength = probe.minPayloadBytes,
): Uint8Array {
  const payload = new Uint8Array(byteLength).fill(0xaa);
  probe.write(number, payload, NOON_UNIX_NS);
  return payload;
}

/** What a reflector makes of it that received it 1 ms after it left, and answered 100 µs later. */
function reflected(payload: Uint8Array, key?: Uint8Array, hopLimit = 61): Uint8Array {
  const reflector = new StampReflector({
    key,
    mode: "stateful",
    unixNowNs: () => NOON_UNIX_NS + 1_100_000n,
    errorEstimate: () => ({ ...ESTIMATE, isSynchronised: false }),
  });
  const sourceAddress = addressWords("192.0.2.1");
  const reply = new Uint8Array(payload.byteLength);
  const moment = { nowNs: 0, receivedAtUnixNs: NOON_UNIX_NS + 1_000_000n };
  const outcome = reflector.reflect(
    { payload, sourceAddress, sourcePort: 50_000, hopLimit },
    moment,
    reply,
  );
  expect(outcome).toBe(payload.byteLength);
  return reply;
}

/** A reply of which something is changed, with an HMAC that fits. */
function changed(
  reply: Uint8Array,
  changes: Readonly<Record<string, unknown>>,
  key?: Uint8Array,
): Uint8Array {
  const read = readStampReply(reply, key);
  if (typeof read === "string") return expect.unreachable(read);
  const packet = new Uint8Array(reply);
  writeStampReply({ ...read, ...changes }, packet, key);
  return packet;
}

describe("a request", () => {
  test("says its number, the SSID, the time, and how good the clock is", () => {
    const probe = probeWith();
    expect(readStampRequest(written(probe, 7))).toEqual({
      sequence: 7,
      timestamp: expect.any(BigInt),
      ssid: probe.ssid,
      errorEstimate: ESTIMATE,
    });
  });

  test.each([0, 0.5, 1 - 2 ** -32])("is right to a microsecond, whatever is drawn: %d", (drawn) => {
    const request = readStampRequest(written(probeWith({ random: () => drawn }), 0));
    if (typeof request === "string") return expect.unreachable(request);
    const offNs = Number(decodeNtpTimestamp(request.timestamp) - NOON_UNIX_NS);
    expect(Math.abs(offNs)).toBeLessThan(1000);
  });

  test.each([undefined, KEY])("has any size from the base packet on", (key) => {
    const probe = probeWith({ key });
    const sizes = [0, 1, 3, 4, 5, 1400].map((extra) => probe.minPayloadBytes + extra);
    const tlvs = sizes.map((size) => {
      const payload = written(probe, 0, size);
      expect(readStampRequest(payload, key)).toMatchObject({ sequence: 0 });
      return decodeStampTlvs(payload.subarray(probe.minPayloadBytes)).map(({ type, value }) => ({
        type,
        byteLength: value.byteLength,
        isKept: value.every((byte) => byte === 0xaa),
      }));
    });
    const padding = (byteLength: number) => [{ type: 1, byteLength, isKept: true }];
    expect(tlvs).toEqual([[], [], [], padding(0), padding(1), padding(1396)]);
  });

  test("two of one moment differ in bits that nobody can know", () => {
    const probe = probeWith();
    const timestamps = Array.from({ length: 100 }, (_, number) => {
      const request = readStampRequest(written(probe, number));
      return typeof request === "string" ? request : request.timestamp;
    });
    expect(new Set(timestamps).size).toBeGreaterThan(90);
  });

  test("property: an SSID is 1 to 65,535", () => {
    const random = fc.oneof(
      fc.constantFrom(0, 1 - 2 ** -32),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    );
    fc.assert(
      fc.property(random, (drawn) => {
        const { ssid } = probeWith({ random: () => drawn });
        expect(ssid).toBeGreaterThanOrEqual(1);
        expect(ssid).toBeLessThanOrEqual(0xff_ff);
      }),
    );
  });

  test("has no key that is too short", () => {
    expect(() => probeWith({ key: new Uint8Array(15) })).toThrow("key bytes: expected");
  });
});

describe("a reply", () => {
  test.each([undefined, KEY])("is judged by what it repeats", (key) => {
    const probe = probeWith({ key });
    written(probe, 0);
    expect(probe.judge(reflected(written(probe, 1, 200), key))).toEqual({
      number: 1,
      receivedAtUnixNs: NOON_UNIX_NS + 1_000_000n,
      sentAtUnixNs: NOON_UNIX_NS + 1_100_000n,
      isClockSynchronised: false,
      errorEstimate: { ...ESTIMATE, isSynchronised: false },
      hopLimit: 61,
    });
  });

  test.each([0, 255])("with a TTL of %d does not know it", (hopLimit) => {
    const probe = probeWith();
    const reply = reflected(written(probe, 0), undefined, hopLimit);
    expect(probe.judge(reply)).toMatchObject({ hopLimit: undefined });
  });

  test("may have times of PTP", () => {
    const probe = probeWith();
    const reply = changed(reflected(written(probe, 0)), {
      errorEstimate: { ...ESTIMATE, format: "ptp" },
      receiveTimestamp: (1_780_920_000n << 32n) | 5n,
      timestamp: (1_780_920_000n << 32n) | 7n,
    });
    expect(probe.judge(reply)).toMatchObject({
      receivedAtUnixNs: NOON_UNIX_NS + 5n,
      sentAtUnixNs: NOON_UNIX_NS + 7n,
    });
  });

  test("may come without an SSID where that is wanted", () => {
    const probe = probeWith({ acceptsNoSsid: true });
    const reply = reflected(written(probe, 0));
    const outcomes = [0, probe.ssid ^ 1].map((ssid) => probe.judge(changed(reply, { ssid })));
    expect(outcomes).toEqual([expect.objectContaining({ number: 0 }), "wrong-session"]);
  });

  test("must have the SSID where the reflector was seen to know it", () => {
    const probe = probeWith({ acceptsNoSsid: true });
    const reply = reflected(written(probe, 0));
    const without = changed(reply, { ssid: 0 });
    const outcomes = [without, reply, without].map((one) => probe.judge(one));
    const believed = expect.objectContaining({ number: 0 });
    expect(outcomes).toEqual([believed, believed, "no-ssid"]);
  });

  test("may be cut, or longer, behind the base packet", () => {
    const probe = probeWith();
    const reply = reflected(written(probe, 0, 100));
    expect(probe.judge(reply.subarray(0, 44))).toMatchObject({ number: 0 });
  });
});

describe("no reply", () => {
  test.each([
    ["another SSID", "wrong-session", { ssid: 1 }],
    ["no SSID", "no-ssid", { ssid: 0 }],
    ["another time", "wrong-session", { senderTimestamp: 1n }],
    ["the time of another request", "wrong-session", { senderSequence: 0 }],
    ["a request that has not left", "unknown-number", { senderSequence: 2 }],
    ["the last number of all", "unknown-number", { senderSequence: 0xff_ff_ff_ff }],
    ["a clock without an error", "malformed", { errorEstimate: { ...ESTIMATE, multiplier: 0 } }],
    [
      "more nanoseconds than a second has",
      "malformed",
      { errorEstimate: { ...ESTIMATE, format: "ptp" }, timestamp: 0xff_ff_ff_ffn },
    ],
  ])("%s: %s", (_what, fault, change) => {
    for (const key of [undefined, KEY]) {
      const probe = probeWith({ key });
      written(probe, 0);
      const reply = reflected(written(probe, 1), key);
      expect<unknown>(probe.judge(changed(reply, change, key))).toBe(fault);
    }
  });

  test("a request that comes back is none, and neither is what is too short", () => {
    const probe = probeWith();
    const request = written(probe, 0);
    const reply = reflected(request);
    expect([request, reply.subarray(0, 43)].map((payload) => probe.judge(payload))).toEqual([
      "malformed",
      "malformed",
    ]);
  });

  test("one that the key did not make", () => {
    const probe = probeWith({ key: KEY });
    const reply = reflected(written(probe, 0), KEY);
    expect(probe.judge(changed(reply, {}, KEY))).toMatchObject({ number: 0 });
    reply[20] = 1 ^ (reply[20] ?? 0);
    expect(probe.judge(reply)).toBe("wrong-hmac");
  });

  test("property: a bit that is changed in what is repeated is seen", () => {
    const probe = probeWith();
    const reply = reflected(written(probe, 0));
    const bit = fc.oneof(
      fc.integer({ min: 8 * 14, max: 8 * 16 - 1 }),
      fc.integer({ min: 8 * 24, max: 8 * 36 - 1 }),
    );
    fc.assert(
      fc.property(bit, (at) => {
        const forged = new Uint8Array(reply);
        forged[at >> 3] = (forged[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(probe.judge(forged)).toBeOneOf(["wrong-session", "unknown-number", "no-ssid"]);
      }),
    );
  });

  test("property: no bytes throw", () => {
    const probe = probeWith();
    written(probe, 0);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), (payload) => {
        expect(probe.judge(payload)).toBeTypeOf("string");
      }),
    );
  });
});
