import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReflectTlvsOptions } from "./stamp-tlv.ts";
import {
  areStampTlvsAuthentic,
  decodeStampTlvs,
  encodeStampTlvs,
  padStampPacket,
  reflectStampTlvs,
  stampHmacTlv,
} from "./stamp-tlv.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const PADDING = 1;
const FOLLOW_UP = 7;
const SEQUENCES = { requestSequence: 7, replySequence: 3 };

/** Behind the authenticated request of sequence 7: an empty Follow-Up TLV, and its HMAC. */
const FOLLOWED_UP = bytes(`80070010${"00".repeat(16)}8008001071c37b63ba9bd12337fa16fb96ffd594`);

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function reflected(request: Uint8Array, options: ReflectTlvsOptions): Uint8Array {
  const reply = new Uint8Array(request);
  reflectStampTlvs(reply, options);
  return reply;
}

function hex(payload: Uint8Array): string {
  return Buffer.from(payload).toString("hex");
}

describe("byte for byte", () => {
  test("extra padding", () => {
    const encoded = encodeStampTlvs([{ type: PADDING, value: new Uint8Array(8) }]);
    expect(hex(encoded)).toBe("800100080000000000000000");
  });

  test("a TLV and its HMAC", () => {
    const followUp = { type: FOLLOW_UP, value: new Uint8Array(16) };
    const hmac = stampHmacTlv(7, encodeStampTlvs([followUp]), KEY);
    expect(hex(encodeStampTlvs([followUp, hmac]))).toBe(hex(FOLLOWED_UP));
    expect(areStampTlvsAuthentic(7, FOLLOWED_UP, KEY)).toBe(true);
  });
});

describe("padding of a packet", () => {
  test.each([
    ["", ""],
    ["aaaaaa", "000000"],
    ["aaaaaaaa", "80010000"],
    ["aaaaaaaabbcc", "80010002bbcc"],
  ])("%j", (rest, padded) => {
    const packet = bytes(rest);
    padStampPacket(packet);
    expect(hex(packet)).toBe(padded);
  });

  test("of the longest datagram", () => {
    const packet = new Uint8Array(65_507 - 44);
    padStampPacket(packet);
    expect(decodeStampTlvs(packet)).toMatchObject([{ type: PADDING, isMalformed: false }]);
  });
});

describe("read", () => {
  const none = { isUnrecognized: false, isMalformed: false, hasFailedIntegrity: false };

  test("with their flags", () => {
    expect(decodeStampTlvs(bytes("a0f00001ff" + "40010000" + "00010000"))).toEqual([
      {
        type: 240,
        ...none,
        isUnrecognized: true,
        hasFailedIntegrity: true,
        value: Uint8Array.of(0xff),
      },
      { type: 1, ...none, isMalformed: true, value: new Uint8Array() },
      { type: 1, ...none, value: new Uint8Array() },
    ]);
  });

  test("one that goes beyond the packet is malformed, and the last", () => {
    expect(decodeStampTlvs(bytes("00010004ffff"))).toEqual([
      { type: 1, ...none, isMalformed: true, value: Uint8Array.of(0xff, 0xff) },
    ]);
  });
});

describe("reflected without a key", () => {
  test.each([
    ["padding is known", "80010002aaaa", "00010002aaaa"],
    ["the others are not", "80f00001aa8008000101", "80f00001aa8008000101"],
    ["one beyond the packet is malformed", "80010004aaaa", "40010004aaaa"],
    ["a value may be anything", "800100018080010000", "000100018000010000"],
    ["a piece of a header is copied", "80010000800100", "00010000800100"],
    ["reserved flags are cleared", "9f010000", "00010000"],
    ["zeros are padding of older senders", "0000000000000000", "0000000000000000"],
  ])("%s", (_what, request, reply) => {
    expect(hex(reflected(bytes(request), SEQUENCES))).toBe(reply);
  });
});

describe("reflected with a key", () => {
  const options = { ...SEQUENCES, key: KEY };

  test("what fits comes back with an HMAC of the reply's own", () => {
    const reply = reflected(FOLLOWED_UP, options);
    const [followUp, hmac] = decodeStampTlvs(reply);
    expect([followUp?.isUnrecognized, hmac?.isUnrecognized]).toEqual([true, false]);
    expect(areStampTlvsAuthentic(3, reply, KEY)).toBe(true);
    expect(areStampTlvsAuthentic(7, reply, KEY)).toBe(false);
  });

  test("what does not fit comes back as it was, marked", () => {
    const reply = reflected(FOLLOWED_UP, { ...options, requestSequence: 8 });
    expect(decodeStampTlvs(reply).map(({ hasFailedIntegrity }) => hasFailedIntegrity)).toEqual([
      true,
      true,
    ]);
    expect(hex(reply)).toBe(hex(FOLLOWED_UP).replaceAll(/8007|8008/g, (at) => `a${at.slice(1)}`));
  });

  test("an HMAC of another length is malformed, and fits nothing", () => {
    const request = bytes(`80f000008008000f${"00".repeat(15)}80010000`);
    expect(hex(reflected(request, options))).toBe(`a0f00000e008000f${"00".repeat(15)}a0010000`);
  });

  test("padding of older senders needs no HMAC", () => {
    const zeros = new Uint8Array(9);
    expect(areStampTlvsAuthentic(7, zeros, KEY)).toBe(true);
    expect(reflected(zeros, options)).toEqual(zeros);
  });

  test("padding needs no HMAC; anything else does, and nothing but padding comes behind it", () => {
    const padding = encodeStampTlvs([{ type: PADDING, value: new Uint8Array(3) }]);
    const other = encodeStampTlvs([{ type: FOLLOW_UP, value: new Uint8Array(16) }]);
    const once = Buffer.concat([FOLLOWED_UP, other]);
    const twice = Buffer.concat([once, encodeStampTlvs([stampHmacTlv(7, once, KEY)])]);
    const judged = [padding, other, Buffer.concat([FOLLOWED_UP, padding]), once, twice].map(
      (tlvs) => areStampTlvsAuthentic(7, tlvs, KEY),
    );
    expect(judged).toEqual([true, false, true, false, false]);
  });
});

describe("property", () => {
  const tlvs = fc.array(
    fc.record({ type: fc.integer({ min: 1, max: 255 }), value: fc.uint8Array({ maxLength: 20 }) }),
    { maxLength: 5 },
  );

  test("what was encoded is decoded", () => {
    fc.assert(
      fc.property(tlvs, (list) => {
        const decoded = decodeStampTlvs(encodeStampTlvs(list));
        expect(decoded.map(({ type, value }) => ({ type, value }))).toEqual(list);
      }),
    );
  });

  test("any bytes come back as long as they were, with other flags and HMACs at most", () => {
    const key = fc.constantFrom(undefined, KEY);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), key, (request, used) => {
        const reply = reflected(request, { ...SEQUENCES, key: used });
        expect(reply.byteLength).toBe(request.byteLength);
        expect(decodeStampTlvs(reply).map(({ type }) => type)).toEqual(
          decodeStampTlvs(request).map(({ type }) => type),
        );
      }),
    );
  });
});
