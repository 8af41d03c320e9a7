import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ControlMessage } from "./control-message.ts";
import { decodeControlMessages, encodeControlMessage } from "./control-message.ts";

const VECTORS: readonly (readonly [string, ControlMessage, string])[] = [
  [
    "a segment size",
    { level: 17, type: 103, data: Uint8Array.fromHex("c005") },
    "12000000000000001100000067000000c005000000000000",
  ],
  [
    "a traffic class",
    { level: 0, type: 1, data: Uint8Array.fromHex("b8000000") },
    "14000000000000000000000001000000b800000000000000",
  ],
  [
    "packet info",
    { level: 0, type: 8, data: Uint8Array.fromHex("000000007f00000200000000") },
    "1c000000000000000000000008000000000000007f0000020000000000000000",
  ],
];

test.each(VECTORS)("%s, to bytes and back", (_title, message, hex) => {
  const bytes = encodeControlMessage(message);
  expect({ hex: bytes.toHex(), messages: decodeControlMessages(bytes) }).toEqual({
    hex,
    messages: [message],
  });
});

const messages = fc.record({
  level: fc.integer({ min: 0, max: 255 }),
  type: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array(),
});

describe("decodeControlMessages", () => {
  test("reads all that stand one behind the other", () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 5 }), (list) => {
        const bytes = Buffer.concat(list.map(encodeControlMessage));
        expect(decodeControlMessages(bytes)).toEqual(
          list.map((message) => ({ ...message, data: Buffer.from(message.data) })),
        );
      }),
    );
  });

  test("reads what the kernel did not fill up to a multiple of 8", () => {
    const [, message, hex] = VECTORS[0] ?? expect.unreachable();
    const bytes = Uint8Array.fromHex(hex).subarray(0, 18);
    expect(decodeControlMessages(bytes)).toEqual([message]);
  });

  test("stops before a message that is cut short", () => {
    const whole = VECTORS.map(([, , hex]) => hex).join("");
    const bytes = Uint8Array.fromHex(whole);
    expect(decodeControlMessages(bytes.subarray(0, 24 + 19))).toHaveLength(1);
  });

  test("ends, whatever it reads", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeControlMessages(bytes).length).toBeLessThanOrEqual(bytes.length / 16);
      }),
    );
  });
});
