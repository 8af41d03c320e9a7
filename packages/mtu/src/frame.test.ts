import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { Frame, SizedRefusal } from "./frame.ts";
import {
  COOKIE_BYTES,
  createNonce,
  decodeCutProbe,
  decodeFrame,
  encodeFrame,
  isMarked,
} from "./frame.ts";

const NONCE = 0x01_02_03_04_05_06_07_08n;
const HEADER = "0102030405060708" + "754d5455" + "01";
const COOKIE = Uint8Array.from({ length: COOKIE_BYTES }, (_, index) => 0xa0 + index);
const COOKIE_HEX = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7";

const nonce = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const size = fc.integer({ min: 40, max: 65_527 });
const cookie = fc.uint8Array({ minLength: COOKIE_BYTES, maxLength: COOKIE_BYTES });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constantFrom("probe", "sized-datagram"),
    nonce,
    payloadBytes: fc.integer({ min: 40, max: 2000 }),
  }),
  fc.record({ type: fc.constant("acknowledgement"), nonce, payloadBytes: size }),
  fc.record({ type: fc.constant("cookie-request"), nonce }),
  fc.record({ type: fc.constant("cookie"), nonce, cookie }),
  fc.record({ type: fc.constant("sized-request"), nonce, payloadBytes: size, cookie }),
  fc.record({
    type: fc.constant("refusal"),
    nonce,
    payloadBytes: size,
    reason: fc.constantFrom<SizedRefusal>("cookie", "budget", "too-large"),
  }),
);

describe("a frame, byte by byte", () => {
  test.each<[string, Frame]>([
    ["0205c0", { type: "acknowledgement", nonce: NONCE, payloadBytes: 1472 }],
    [`040028${COOKIE_HEX}`, { type: "cookie", nonce: NONCE, cookie: COOKIE }],
    [
      `05fff7${COOKIE_HEX}`,
      { type: "sized-request", nonce: NONCE, payloadBytes: 65_527, cookie: COOKIE },
    ],
    ["07002801", { type: "refusal", nonce: NONCE, payloadBytes: 40, reason: "cookie" }],
    ["07002802", { type: "refusal", nonce: NONCE, payloadBytes: 40, reason: "budget" }],
    ["07002803", { type: "refusal", nonce: NONCE, payloadBytes: 40, reason: "too-large" }],
  ])("header and %s", (rest, value) => {
    const payload = Uint8Array.fromHex(HEADER + rest);
    expect([encodeFrame(value).toHex(), decodeFrame(payload)]).toEqual([HEADER + rest, value]);
  });

  test.each<[string, number, Frame]>([
    ["0105c0", 1472, { type: "probe", nonce: NONCE, payloadBytes: 1472 }],
    ["030028", 40, { type: "cookie-request", nonce: NONCE }],
    ["06fff7", 65_527, { type: "sized-datagram", nonce: NONCE, payloadBytes: 65_527 }],
  ])("header and %s, padded with noise to %d bytes", (rest, payloadBytes, value) => {
    const payload = encodeFrame(value);
    expect([
      payload.subarray(0, 16).toHex(),
      payload.byteLength,
      decodeFrame(payload),
      Bun.gzipSync(payload.slice(16)).byteLength > payloadBytes - 16,
    ]).toEqual([HEADER + rest, payloadBytes, value, true]);
  });

  test("the padding of a nonce is always the same, that of another one is different", () => {
    const probe = { type: "probe", nonce: NONCE, payloadBytes: 101 } as const;
    const [one, again] = [encodeFrame(probe), encodeFrame(probe)];
    const other = encodeFrame({ ...probe, nonce: NONCE + 1n });
    expect(one).toEqual(again);
    expect(one.subarray(16)).not.toEqual(other.subarray(16));
  });
});

describe("decodeFrame knows nothing of", () => {
  const probe = encodeFrame({ type: "probe", nonce: NONCE, payloadBytes: 100 });
  const changed = (offset: number, value: number): Uint8Array => probe.with(offset, value);

  test.each<[string, Uint8Array, boolean]>([
    ["nothing", new Uint8Array(), false],
    ["a header that was cut", probe.subarray(0, 15), false],
    ["another magic", changed(11, 0x56), false],
    ["another version", changed(12, 2), true],
    ["type 0", changed(13, 0), true],
    ["type 8", changed(13, 8), true],
    ["a probe that was cut", probe.subarray(0, 99), true],
    ["a probe that was lengthened", Uint8Array.of(...probe, 0), true],
    ["a probe that is too small", Uint8Array.fromHex(`${HEADER}010027${"00".repeat(23)}`), true],
    [
      "a probe larger than IPv6 allows",
      Uint8Array.fromHex(`${HEADER}01fff8${"00".repeat(65_512)}`),
      true,
    ],
    ["an acknowledgement with a body", Uint8Array.fromHex(`${HEADER}02002800`), true],
    ["an acknowledgement of no probe's size", Uint8Array.fromHex(`${HEADER}020027`), true],
    ["a cookie request that is short", Uint8Array.fromHex(`${HEADER}030010`), true],
    [
      "a cookie request that is long",
      Uint8Array.fromHex(`${HEADER}030029${"00".repeat(25)}`),
      true,
    ],
    [
      "a cookie request that declares another length",
      Uint8Array.fromHex(`${HEADER}030029${"00".repeat(24)}`),
      true,
    ],
    ["a cookie that was cut", Uint8Array.fromHex(`${HEADER}040028${"00".repeat(23)}`), true],
    ["a sized request without cookie", Uint8Array.fromHex(`${HEADER}050028`), true],
    ["a sized request for too little", Uint8Array.fromHex(`${HEADER}050027${COOKIE_HEX}`), true],
    ["a sized request for too much", Uint8Array.fromHex(`${HEADER}05fff8${COOKIE_HEX}`), true],
    ["a refusal without reason", Uint8Array.fromHex(`${HEADER}070028`), true],
    ["a refusal for an unknown reason", Uint8Array.fromHex(`${HEADER}07002804`), true],
    ["a refusal with more behind it", Uint8Array.fromHex(`${HEADER}0700280100`), true],
    ["a refusal of no probe's size", Uint8Array.fromHex(`${HEADER}07002701`), true],
  ])("%s", (_title, payload, marked) => {
    expect([decodeFrame(payload), isMarked(payload)]).toEqual([undefined, marked]);
  });
});

describe("encodeFrame refuses", () => {
  test.each<[string, Frame]>([
    ["a probe of 39 bytes", { type: "probe", nonce: NONCE, payloadBytes: 39 }],
    ["a probe of 65528 bytes", { type: "probe", nonce: NONCE, payloadBytes: 65_528 }],
    ["a probe of half a byte", { type: "probe", nonce: NONCE, payloadBytes: 100.5 }],
    ["a cookie of 23 bytes", { type: "cookie", nonce: NONCE, cookie: COOKIE.subarray(1) }],
    [
      "a request for 39 bytes",
      { type: "sized-request", nonce: NONCE, payloadBytes: 39, cookie: COOKIE },
    ],
    [
      "a refusal of 39 bytes",
      { type: "refusal", nonce: NONCE, payloadBytes: 39, reason: "budget" },
    ],
    [
      "an acknowledgement of 65528 bytes",
      { type: "acknowledgement", nonce: NONCE, payloadBytes: 65_528 },
    ],
  ])("%s", (_title, value) => {
    expect(() => encodeFrame(value)).toThrow(expect.objectContaining({ code: "UDP_BAD_OPTION" }));
  });
});

describe("properties", () => {
  test("what is encoded is decoded, wherever it stands in memory", () => {
    fc.assert(
      fc.property(frame, fc.nat({ max: 7 }), (value, offset) => {
        const payload = encodeFrame(value);
        const memory = new Uint8Array(offset + payload.byteLength + 3).fill(0xff);
        memory.set(payload, offset);
        const view = memory.subarray(offset, offset + payload.byteLength);
        expect(decodeFrame(view)).toEqual(value);
      }),
    );
  });

  test("a frame that is cut or lengthened is no frame", () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.uint8Array({ minLength: 1 }), (value, at, rest) => {
        const payload = encodeFrame(value);
        const cut = payload.subarray(0, at % payload.byteLength);
        const lengthened = Uint8Array.of(...payload, ...rest);
        expect([decodeFrame(cut), decodeFrame(lengthened)]).toEqual([undefined, undefined]);
      }),
    );
  });

  test("of a frame that is cut behind its header, a probe is still known", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (value, at) => {
        const payload = encodeFrame(value);
        const cut = payload.subarray(0, at % payload.byteLength);
        const isKnown = value.type === "probe" && cut.byteLength >= 16;
        expect(decodeCutProbe(cut)).toEqual(isKnown ? value : undefined);
        expect(decodeCutProbe(payload)).toBeUndefined();
      }),
    );
  });

  test("no bytes are an exception", () => {
    const marked = fc
      .tuple(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 8 }))
      .map(([bytes, type]) => Uint8Array.of(...Uint8Array.fromHex(HEADER), type, ...bytes));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), marked), (payload) => {
        const value = decodeFrame(payload) ?? decodeCutProbe(payload);
        if (value === undefined) return;
        expect(encodeFrame(value).subarray(0, 16)).toEqual(payload.subarray(0, 16));
      }),
    );
  });
});

test("a nonce has 64 bits of chance", () => {
  const words = [0x12_34_56_78, 0x9a_bc_de_f0].map((word) => word / 2 ** 32);
  const halves = words[Symbol.iterator]();
  expect(createNonce(() => halves.next().value ?? 0)).toBe(0x1234_5678_9abc_def0n);
  const random = seededRandom(1);
  const nonces = Array.from({ length: 64 }, () => createNonce(random));
  const everSet = nonces.reduce((bits, value) => bits | value, 0n);
  expect(everSet).toBe(2n ** 64n - 1n);
});
