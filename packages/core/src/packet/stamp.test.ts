import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeNtpTimestamp } from "./ntp-timestamp.ts";
import type { StampReply, StampRequest } from "./stamp.ts";
import {
  isStampReply,
  readStampReply,
  readStampRequest,
  stampBaseBytes,
  writeStampReply,
  writeStampRequest,
} from "./stamp.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);

const T1 = 0xebbd_1788_4575_e93bn;
const T2 = 0xebbd_1788_4596_add6n;
const T3 = 0xebbd_1788_459d_3b8fn;

/** What 9601 says. */
const ESTIMATE = { isSynchronised: true, format: "ntp", scale: 22, multiplier: 1 } as const;

const REQUEST: StampRequest = {
  sequence: 7,
  timestamp: T1,
  errorEstimate: ESTIMATE,
  ssid: 0xbe_ef,
};

const REPLY: StampReply = {
  ...REQUEST,
  timestamp: T3,
  receiveTimestamp: T2,
  senderSequence: 7,
  senderTimestamp: T1,
  senderErrorEstimate: ESTIMATE,
  senderTtl: 64,
};

/** Computed for this project; the two HMACs agree with `openssl dgst`. */
const VECTORS = {
  request: `00000007ebbd17884575e93b9601beef${"00".repeat(28)}`,
  reply: "00000007ebbd1788459d3b8f9601beefebbd17884596add600000007ebbd17884575e93b9601000040000000",
  authenticatedRequest: `00000007${"00".repeat(12)}ebbd17884575e93b9601beef${"00".repeat(68)}9a16d2bf64f8b4c57e11348566ff8e63`,
  authenticatedReply: `00000007${"00".repeat(12)}ebbd1788459d3b8f9601beef00000000ebbd17884596add6${"00".repeat(8)}00000007${"00".repeat(12)}ebbd17884575e93b9601${"00".repeat(6)}40${"00".repeat(15)}8121f1180ed55f92ab25b5f667d13a67`,
};

/** Where other bytes stood before. */
function packetFor(key: Uint8Array | undefined): Uint8Array {
  return new Uint8Array(stampBaseBytes(key)).fill(0xaa);
}

function encodeRequest(request: StampRequest, key?: Uint8Array): Uint8Array {
  const packet = packetFor(key);
  writeStampRequest(request, packet, key);
  return packet;
}

function encodeReply(reply: StampReply, key?: Uint8Array): Uint8Array {
  const packet = packetFor(key);
  writeStampReply(reply, packet, key);
  return packet;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

describe("byte for byte", () => {
  test.each([
    ["a request", encodeRequest(REQUEST), VECTORS.request],
    ["a reply", encodeReply(REPLY), VECTORS.reply],
    ["an authenticated request", encodeRequest(REQUEST, KEY), VECTORS.authenticatedRequest],
    ["an authenticated reply", encodeReply(REPLY, KEY), VECTORS.authenticatedReply],
  ])("%s", (_what, encoded, vector) => {
    expect(hex(encoded)).toBe(vector);
  });

  test("and back", () => {
    expect(readStampRequest(bytes(VECTORS.request))).toEqual(REQUEST);
    expect(readStampReply(bytes(VECTORS.reply))).toEqual(REPLY);
    expect(readStampRequest(bytes(VECTORS.authenticatedRequest), KEY)).toEqual(REQUEST);
    expect(readStampReply(bytes(VECTORS.authenticatedReply), KEY)).toEqual(REPLY);
  });
});

describe("packets of other implementations", () => {
  test("the session-sender of scapy", () => {
    const packet = `00001234000004d2915b573e9234054d${"00".repeat(28)}`;
    expect(readStampRequest(bytes(packet))).toMatchObject({
      sequence: 0x12_34,
      ssid: 0x05_4d,
      errorEstimate: { isSynchronised: true, format: "ntp", scale: 18, multiplier: 0x34 },
    });
  });

  test("the session-reflector of scapy", () => {
    const packet =
      "00001234000004d2915b573e9234054d000010e1e0624dd2000043210000085fa8a0902d214300006f000000";
    expect(readStampReply(bytes(packet))).toMatchObject({
      sequence: 0x12_34,
      senderSequence: 0x43_21,
      senderErrorEstimate: { isSynchronised: false, scale: 0x21, multiplier: 0x43 },
      senderTtl: 111,
    });
  });

  test("the authenticated layout of teaparty, whose HMAC is made up", () => {
    const packet = `00000005${"00".repeat(12)}0000000600000007800200fe${"00".repeat(68)}00112233445566778899aabbccddeeff`;
    expect(readStampRequest(bytes(packet), KEY)).toBe("wrong-hmac");
  });
});

test("what is behind the base packet stays, and is not under the HMAC", () => {
  const packet = new Uint8Array(120).fill(0xaa);
  writeStampRequest(REQUEST, packet, KEY);
  expect(hex(packet)).toBe(VECTORS.authenticatedRequest + "aa".repeat(8));
});

test("a clock whose error has a multiplier of 0 makes a packet malformed, whosever it is", () => {
  const none = { ...ESTIMATE, multiplier: 0 };
  for (const key of [undefined, KEY]) {
    const reads = [
      readStampRequest(encodeRequest({ ...REQUEST, errorEstimate: none }, key), key),
      readStampReply(encodeReply({ ...REPLY, errorEstimate: none }, key), key),
      readStampReply(encodeReply({ ...REPLY, senderErrorEstimate: none }, key), key),
    ];
    expect(reads).toEqual(["malformed", "malformed", "malformed"]);
  }
});

describe("a reflector's packet", () => {
  test.each([
    ["plain", VECTORS.request, false],
    ["plain", VECTORS.reply, true],
    ["plain", `${VECTORS.reply}80010000`, true],
    ["plain", VECTORS.reply.slice(0, -2), false],
    ["plain", `${VECTORS.reply.slice(0, -2)}01`, false],
    ["authenticated", VECTORS.authenticatedRequest, false],
    ["authenticated", VECTORS.authenticatedReply, true],
    ["authenticated", VECTORS.reply, false],
  ] as const)("%s %s: %p", (mode, packet, isReply) => {
    expect(isStampReply(bytes(packet), mode)).toBe(isReply);
  });

  test("padding of a TWAMP sender is not one, whatever byte it is made of", () => {
    const isReply = Array.from({ length: 256 }, (_, byte) =>
      isStampReply(new Uint8Array(44).fill(byte), "plain"),
    );
    expect(isReply).not.toContain(true);
  });
});

test("the way there took 500 µs, and the reflector 100 µs", () => {
  const [sent, received, replied] = [T1, T2, T3].map(decodeNtpTimestamp);
  expect([(received ?? 0n) - (sent ?? 0n), (replied ?? 0n) - (received ?? 0n)]).toEqual([
    500_000n,
    100_000n,
  ]);
});

const word = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
const timestamp = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const errorEstimate = fc.record({
  isSynchronised: fc.boolean(),
  format: fc.constantFrom("ntp", "ptp"),
  scale: fc.integer({ min: 0, max: 63 }),
  multiplier: fc.integer({ min: 1, max: 255 }),
});
const reply: fc.Arbitrary<StampReply> = fc.record({
  sequence: word,
  timestamp,
  errorEstimate,
  ssid: fc.integer({ min: 0, max: 0xff_ff }),
  receiveTimestamp: timestamp,
  senderSequence: word,
  senderTimestamp: timestamp,
  senderErrorEstimate: errorEstimate,
  senderTtl: fc.integer({ min: 0, max: 255 }),
});

describe("property", () => {
  test("what was encoded is decoded, in either mode", () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(undefined, KEY), (packet, key) => {
        const { sequence, timestamp: sentAt, errorEstimate: estimate, ssid } = packet;
        const request = { sequence, timestamp: sentAt, errorEstimate: estimate, ssid };
        expect(readStampReply(encodeReply(packet, key), key)).toEqual(packet);
        expect(readStampRequest(encodeRequest(request, key), key)).toEqual(request);
      }),
    );
  });

  test("a reply is told from a request, whenever it was received but in 1900", () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(undefined, KEY), (packet, key) => {
        const mode = key === undefined ? "plain" : "authenticated";
        const isReply = packet.receiveTimestamp !== 0n;
        expect(isStampReply(encodeReply(packet, key), mode)).toBe(isReply);
        expect(isStampReply(encodeRequest(packet, key), mode)).toBe(false);
      }),
    );
  });

  test("no bytes throw, and short ones are no packet", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(undefined, KEY),
        (payload, key) => {
          const shortest = key === undefined ? 44 : 112;
          for (const decoded of [readStampRequest(payload, key), readStampReply(payload, key)]) {
            expect(decoded === "too-short").toBe(payload.byteLength < shortest);
          }
        },
      ),
    );
  });

  test("a bit that is changed under the HMAC, or in it, is seen", () => {
    fc.assert(
      fc.property(reply, fc.nat(8 * 112 - 1), (packet, bit) => {
        const encoded = encodeReply(packet, KEY);
        encoded[bit >> 3] = (encoded[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(readStampReply(encoded, KEY)).toBe("wrong-hmac");
      }),
    );
  });
});
