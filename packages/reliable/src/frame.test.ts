import { describe, expect, test } from "bun:test";
import { ADDRESS_COOKIE_BYTES } from "@udp/core";
import fc from "fast-check";
import type { Frame } from "./frame.ts";
import {
  createBootId,
  createRequestId,
  decodeFrame,
  encodeFrame,
  HEADER_BYTES,
  isMarked,
  MAC_BYTES,
  readRequestId,
} from "./frame.ts";

const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((id) => id.some((byte) => byte !== 0))
    .map((id) => Buffer.from(id).toString("hex"));
const head = { id: hex(16), attempt: fc.integer({ min: 1, max: 65_535 }) };
const fromServer = { ...head, bootId: hex(8) };
const payload = fc.uint8Array({ maxLength: 300 });
const word = fc.nat(0xff_ff_ff_ff);
const cookie = fc.uint8Array({
  minLength: ADDRESS_COOKIE_BYTES,
  maxLength: ADDRESS_COOKIE_BYTES,
});

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant("request" as const),
    ...head,
    bootId: fc.option(hex(8), { nil: undefined }),
    cookie: fc.option(cookie, { nil: undefined }),
    payload,
  }),
  fc.record({ type: fc.constantFrom("answer", "error"), ...fromServer, heldUs: word, payload }),
  fc.record({ type: fc.constant("acknowledgement" as const), ...fromServer, heldUs: word }),
  fc.record({ type: fc.constant("cookie" as const), ...fromServer, cookie }),
  fc.record({ type: fc.constant("busy" as const), ...fromServer }),
  fc.record({ type: fc.constant("stale-boot" as const), ...fromServer, uptimeMs: word }),
  fc.record({ type: fc.constant("too-large" as const), ...fromServer, limitBytes: word }),
);

/** Buffers and arrays of the same bytes are the same to a reader. */
function plain(frame: unknown): unknown {
  return JSON.parse(
    JSON.stringify(frame, (_key, value) =>
      value?.type === "Buffer" || value instanceof Uint8Array ? [...(value.data ?? value)] : value,
    ),
  );
}

describe("a frame", () => {
  test("reads back, authenticated or not", () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(undefined, KEY), (frame, key) => {
        expect(plain(decodeFrame(encodeFrame(frame, key), key))).toEqual(plain(frame));
      }),
    );
  });

  test("byte by byte: a request with a cookie", () => {
    const bytes = encodeFrame({
      type: "request",
      id: "000102030405060708090a0b0c0d0e0f",
      attempt: 0x01_02,
      bootId: "f0f1f2f3f4f5f6f7",
      cookie: new Uint8Array(ADDRESS_COOKIE_BYTES).fill(0xcc),
      payload: new TextEncoder().encode("hi"),
    });
    expect(Buffer.from(bytes).toString("hex")).toBe(
      [
        "7552454c",
        "01",
        "02",
        "0102",
        "000102030405060708090a0b0c0d0e0f",
        "f0f1f2f3f4f5f6f7",
        "00000000",
        "cc".repeat(ADDRESS_COOKIE_BYTES),
        "6869",
      ].join(""),
    );
  });

  test("byte by byte: an answer, with what it was held", () => {
    const bytes = encodeFrame({
      type: "answer",
      id: "000102030405060708090a0b0c0d0e0f",
      attempt: 3,
      bootId: "f0f1f2f3f4f5f6f7",
      heldUs: 1000.4,
      payload: new Uint8Array([0x79]),
    });
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "7552454c01030003000102030405060708090a0b0c0d0e0ff0f1f2f3f4f5f6f7000003e879",
    );
  });
});

describe("what is no frame", () => {
  const ack = encodeFrame({
    type: "acknowledgement",
    id: "0f".repeat(16),
    attempt: 1,
    bootId: "0e".repeat(8),
    heldUs: 0,
  });
  const changed = (offset: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(ack);
    bytes[offset] = value;
    return bytes;
  };

  test.each([
    ["foreign", new TextEncoder().encode("This is another message, long enough to be one")],
    ["foreign", new Uint8Array()],
    ["foreign", ack.subarray(0, 3)],
    ["malformed", ack.subarray(0, 4)],
    ["malformed", ack.subarray(0, HEADER_BYTES - 1)],
    ["other-version", changed(4, 2).subarray(0, 5)],
    ["foreign", changed(3, 0x4d)],
    ["other-version", changed(4, 2)],
    ["malformed", changed(5, 0)],
    ["malformed", changed(5, 10)],
    ["malformed", changed(7, 0)],
    ["malformed", Buffer.concat([ack, new Uint8Array(1)])],
    ["malformed", changed(5, 6)],
    ["malformed", changed(5, 2)],
    ["malformed", Uint8Array.from(ack).fill(0, 24, 32)],
    ["unauthenticated", changed(5, 5 | 0x80)],
  ] as const)("%s: %#", (fault, bytes) => {
    expect(decodeFrame(bytes)).toBe(fault);
  });

  test("whatever the bytes, nothing is thrown", () => {
    const marked = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), fc.boolean())
      .map(([bytes, isMarkedOne]) => {
        if (isMarkedOne) bytes.set(ack.subarray(0, Math.min(6, bytes.length)));
        return bytes;
      });
    fc.assert(
      fc.property(marked, fc.constantFrom(undefined, KEY), (bytes, key) => {
        decodeFrame(bytes, key);
        readRequestId(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("with a key", () => {
  test("a frame without, of another key, or with one bit changed is not believed", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, position) => {
        const bytes = encodeFrame(frame, KEY);
        const bit = position % (8 * bytes.length);
        const forged = Uint8Array.from(bytes);
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect([
          decodeFrame(encodeFrame(frame), KEY),
          decodeFrame(bytes, OTHER_KEY),
          decodeFrame(bytes),
        ]).toEqual(["unauthenticated", "unauthenticated", "unauthenticated"]);
        expect(typeof decodeFrame(forged, KEY)).toBe("string");
      }),
    );
  });

  test("the code costs 16 bytes", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const [without, withKey] = [encodeFrame(frame), encodeFrame(frame, KEY)];
        expect(withKey.length - without.length).toBe(MAC_BYTES);
      }),
    );
  });
});

test("the identifier is read from any frame, and from nothing else", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const bytes = encodeFrame(frame, KEY);
      expect([readRequestId(bytes), isMarked(bytes)]).toEqual([frame.id, true]);
    }),
  );
  expect(readRequestId(new TextEncoder().encode("This is another message"))).toBeUndefined();
});

test("identifiers are as random as their source; that of a server is never that of none", () => {
  const sources = [new Uint8Array(8), new Uint8Array(8).fill(1)];
  expect(createBootId(() => sources.shift() ?? new Uint8Array(8))).toBe("01".repeat(8));
  expect(createRequestId((count) => new Uint8Array(count).fill(0xab))).toBe("ab".repeat(16));
});
