import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ExchangeFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, isAuthentic } from "./frame.ts";

const KEY = new TextEncoder().encode("a key that is shared");
const OTHER_KEY = new TextEncoder().encode("a key that is not");

const frames: fc.Arbitrary<ExchangeFrame> = fc.record({
  kind: fc.constantFrom("request", "answer"),
  sequence: fc.integer({ min: 0, max: 0xff_ff_ff_ff }),
  id: fc.bigInt({ min: 0n, max: 0xff_ff_ff_ff_ff_ff_ff_ffn }),
  sentAtMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  text: fc.string({ unit: "grapheme" }),
});

test("the bytes of a frame", () => {
  const frame = { kind: "answer", sequence: 7, id: 0x0102n, sentAtMs: 1000, text: "fine" } as const;
  expect(Buffer.from(encodeFrame(frame)).toString("hex")).toBe(
    "02000000" +
      "00000007" +
      "0000000000000102" +
      "00000000000003e8" +
      "00000000000000000000000000000000" +
      "66696e65",
  );
});

test("property: what was encoded is decoded, with and without a key", () => {
  fc.assert(
    fc.property(frames, fc.constantFrom(undefined, KEY), (frame, key) => {
      expect(decodeFrame(encodeFrame(frame, key))).toEqual(frame);
    }),
  );
});

test("property: any bytes are a frame or none, authentic or not, and nothing throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (payload) => {
      const frame = decodeFrame(payload);
      expect(isAuthentic(payload, KEY)).toBe(false);
      if (frame !== undefined) expect(payload[0] === 1 || payload[0] === 2).toBe(true);
    }),
  );
});

describe("a frame is authentic", () => {
  test("property: by its key alone", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const bytes = encodeFrame(frame, KEY);
        expect([isAuthentic(bytes, KEY), isAuthentic(bytes, OTHER_KEY)]).toEqual([true, false]);
        expect(isAuthentic(encodeFrame(frame), KEY)).toBe(false);
      }),
    );
  });

  test("property: until a bit of it is changed", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, place) => {
        const bytes = encodeFrame(frame, KEY);
        const bit = place % (8 * bytes.byteLength);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isAuthentic(bytes, KEY)).toBe(false);
      }),
    );
  });
});
