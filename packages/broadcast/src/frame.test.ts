import { describe, expect, test } from "bun:test";
import { AMPLIFICATION_LIMIT, udpPacketBytes } from "@udp/core";
import fc from "fast-check";
import type { AnswerFrame, Frame, QueryFrame } from "./frame.ts";
import {
  createQueryId,
  decodeFrame,
  encodeFrame,
  isMarked,
  isReply,
  MAX_FRAME_BYTES,
  MAX_KNOWN_ANSWERS,
  MAX_PATHS_PER_ANSWER,
  MIN_QUERY_BYTES,
  maxInfoBytes,
} from "./frame.ts";

const QUERY: QueryFrame = {
  type: "query",
  id: "000102030405060708090a0b0c0d0e0f",
  round: 2,
  wantsOnLink: true,
  path: 3,
  leisureMs: 1000,
  known: [0xde_ad_be_ef],
};

const ANSWER: AnswerFrame = {
  type: "answer",
  id: "000102030405060708090a0b0c0d0e0f",
  round: 2,
  instanceId: "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
  hearsGroup: true,
  heldUs: 0x01_02_03,
  ttlSeconds: 120,
  port: 1060,
  paths: [3, 0x01_00],
  name: "é",
  info: { v: "1" },
};

const id = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));
const u16 = fc.nat(0xff_ff);
const u32 = fc.nat(0xff_ff_ff_ff);
const round = fc.integer({ min: 1, max: 0xff_ff_ff_ff });
const text = (minBytes: number, maxBytes: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: "binary", minLength: minBytes, maxLength: maxBytes })
    .filter((string) => Buffer.byteLength(string) <= maxBytes);

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant("query" as const),
    id,
    round,
    wantsOnLink: fc.boolean(),
    path: u16,
    leisureMs: u16,
    known: fc.array(u32, { maxLength: MAX_KNOWN_ANSWERS }),
  }),
  fc.record({
    type: fc.constant("answer" as const),
    id,
    round,
    instanceId: id,
    hearsGroup: fc.boolean(),
    heldUs: u32,
    ttlSeconds: fc.integer({ min: 1, max: 86_400 }),
    port: fc.integer({ min: 1, max: 65_535 }),
    paths: fc.array(u16, { minLength: 1, maxLength: MAX_PATHS_PER_ANSWER }),
    name: text(1, 63),
    info: fc
      .array(
        fc.tuple(
          text(1, 20).filter((key) => !key.includes("=")),
          text(0, 80),
        ),
        { maxLength: 10 },
      )
      .map((entries) => Object.fromEntries(entries)),
  }),
  fc.record({
    type: fc.constant("goodbye" as const),
    instanceId: id,
    secret: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
  }),
);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function changed(frame: Frame, offset: number, byte: number): Uint8Array {
  const bytes = Uint8Array.from(encodeFrame(frame));
  bytes[offset] = byte;
  return bytes;
}

describe("a frame", () => {
  test("reads back", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const bytes = encodeFrame(frame);
        expect(bytes.byteLength).toBeLessThanOrEqual(MAX_FRAME_BYTES);
        expect(decodeFrame(bytes)).toEqual(frame);
      }),
    );
  });

  test("byte by byte: a query", () => {
    const bytes = encodeFrame(QUERY);
    expect(bytes.byteLength).toBe(MIN_QUERY_BYTES);
    expect(hex(bytes.subarray(0, 40))).toBe(
      [
        "75424341",
        "01",
        "01",
        "01",
        "00",
        "000102030405060708090a0b0c0d0e0f",
        "00000002",
        "0003",
        "03e8",
        "0001",
        "deadbeef",
        "0000",
      ].join(""),
    );
  });

  test("byte by byte: an answer", () => {
    expect(hex(encodeFrame(ANSWER))).toBe(
      [
        "75424341",
        "01",
        "02",
        "01",
        "00",
        "000102030405060708090a0b0c0d0e0f",
        "00000002",
        "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "00010203",
        "00000078",
        "0424",
        "02",
        "02",
        "01",
        "00030100",
        "c3a9",
        "0176",
        "0131",
      ].join(""),
    );
  });

  test("byte by byte: a goodbye", () => {
    const secret = new Uint8Array(16).fill(0xaa);
    expect(hex(encodeFrame({ type: "goodbye", instanceId: ANSWER.instanceId, secret }))).toBe(
      ["75424341", "01", "03", "0000", ANSWER.instanceId, "00000000", "aa".repeat(16)].join(""),
    );
  });

  test("a query lists as many known answers as fit, and is never longer than may be", () => {
    const known = Array.from({ length: 5000 }, (_, index) => index);
    const bytes = encodeFrame({ ...QUERY, known });
    expect(bytes.byteLength).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    expect(decodeFrame(bytes)).toEqual({ ...QUERY, known: known.slice(0, MAX_KNOWN_ANSWERS) });
    expect(MAX_KNOWN_ANSWERS).toBe(291);
  });

  test.each([4, 6] as const)(
    "the largest answer is less than thrice the smallest query: IPv%d",
    (family) => {
      expect(udpPacketBytes(MAX_FRAME_BYTES, family)).toBeLessThanOrEqual(
        AMPLIFICATION_LIMIT * udpPacketBytes(MIN_QUERY_BYTES, family),
      );
    },
  );

  test("an answer with all that may be in it is as long as may be", () => {
    const name = "n".repeat(63);
    const roomBytes = maxInfoBytes(name);
    const values = Array.from({ length: 4 }, (_, index) => [`k${index}`, "x".repeat(250)]);
    const restBytes = roomBytes - 4 * 254 - 3;
    const info = Object.fromEntries([...values, ["r", "x".repeat(restBytes)]]);
    const paths = Array.from({ length: MAX_PATHS_PER_ANSWER }, (_, index) => index);
    const answer = { ...ANSWER, name, info, paths };
    expect(encodeFrame(answer).byteLength).toBe(MAX_FRAME_BYTES);
    expect(decodeFrame(encodeFrame(answer))).toEqual(answer);
  });

  test("identifiers are made of 16 bytes", () => {
    expect(createQueryId((count) => new Uint8Array(count).fill(0xab))).toBe("ab".repeat(16));
  });
});

describe("what is no frame", () => {
  test.each([
    ["nothing", new Uint8Array(), "foreign"],
    ["text", new TextEncoder().encode("Broadcast datagram!"), "foreign"],
    ["the magic alone", encodeFrame(QUERY).subarray(0, 4), "malformed"],
    ["another version", changed(QUERY, 4, 2), "other-version"],
    ["another type", changed(QUERY, 5, 4), "malformed"],
    ["a query cut short", encodeFrame(QUERY).subarray(0, MIN_QUERY_BYTES - 1), "malformed"],
    ["a query of round 0", encodeFrame({ ...QUERY, round: 0 }), "malformed"],
    ["more known answers than there are", changed(QUERY, 33, 92), "malformed"],
    [
      "a query that is too long",
      new Uint8Array([...encodeFrame(QUERY), ...new Uint8Array(801)]),
      "malformed",
    ],
    ["an answer of round 0", encodeFrame({ ...ANSWER, round: 0 }), "malformed"],
    ["an answer cut short", encodeFrame(ANSWER).subarray(0, 56), "malformed"],
    ["an answer by no path", encodeFrame({ ...ANSWER, paths: [] }), "malformed"],
    ["an answer by too many paths", changed(ANSWER, 54, 17), "malformed"],
    ["an answer without a port", encodeFrame({ ...ANSWER, port: 0 }), "malformed"],
    ["an answer that is over", encodeFrame({ ...ANSWER, ttlSeconds: 0 }), "malformed"],
    ["an answer for ever", encodeFrame({ ...ANSWER, ttlSeconds: 86_401 }), "malformed"],
    ["a responder without a name", encodeFrame({ ...ANSWER, name: "" }), "malformed"],
    ["a name that is too long", encodeFrame({ ...ANSWER, name: "n".repeat(64) }), "malformed"],
    ["a name that is no text", changed(ANSWER, 61, 0xff), "malformed"],
    ["info that is no text", changed(ANSWER, 64, 0xff), "malformed"],
    ["a key with =", encodeFrame({ ...ANSWER, info: { "a=b": "" } }), "malformed"],
    ["a key of nothing", encodeFrame({ ...ANSWER, info: { "": "1" } }), "malformed"],
    ["more entries than there are", changed(ANSWER, 56, 2), "malformed"],
    ["half an entry", encodeFrame(ANSWER).subarray(0, -2), "malformed"],
    ["a key twice", changed({ ...ANSWER, info: { a: "1", b: "2" } }, 68, 0x61), "malformed"],
    ["a goodbye of a round", changed(goodbye(), 27, 1), "malformed"],
    ["a goodbye without its secret", encodeFrame(goodbye()).subarray(0, 43), "malformed"],
  ])("%s", (_what, bytes, fault) => {
    expect(decodeFrame(bytes)).toBe(fault as never);
  });

  test("any bytes, behind a true beginning too, are a frame or a fault", () => {
    fc.assert(
      fc.property(frames, fc.uint8Array({ maxLength: 60 }), fc.nat(80), (frame, junk, at) => {
        const bytes = Uint8Array.from(encodeFrame(frame));
        bytes.set(
          junk.subarray(0, Math.max(bytes.byteLength - at, 0)),
          Math.min(at, bytes.byteLength),
        );
        expect(["string", "object"]).toContain(typeof decodeFrame(bytes));
        expect(["string", "object"]).toContain(typeof decodeFrame(bytes.subarray(0, at)));
        expect(typeof decodeFrame(junk)).toBe("string");
      }),
    );
  });

  test("what is decoded can be sent again", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 21, maxLength: 600 }),
        fc.integer({ min: 1, max: 3 }),
        (junk, type) => {
          const bytes = Uint8Array.from([0x75, 0x42, 0x43, 0x41, 1, type, ...junk]);
          const frame = decodeFrame(bytes);
          if (typeof frame === "object") expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
        },
      ),
    );
  });
});

test("answers and goodbyes are replies, queries and text are not", () => {
  const datagrams = [
    encodeFrame(QUERY),
    encodeFrame(ANSWER),
    encodeFrame(goodbye()),
    new TextEncoder().encode("hello"),
  ];
  expect(datagrams.map((bytes) => [isMarked(bytes), isReply(bytes)])).toEqual([
    [true, false],
    [true, true],
    [true, true],
    [false, false],
  ]);
});

function goodbye(): Frame {
  return { type: "goodbye", instanceId: ANSWER.instanceId, secret: new Uint8Array(16) };
}
