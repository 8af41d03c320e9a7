import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeAttributes,
  decodeNetlinkMessages,
  encodeAttribute,
  encodeNetlinkRequest,
  isEndOfDump,
  refusalNumber,
} from "./netlink-message.ts";

const REQUEST = { type: 18, body: Uint8Array.of(1, 2, 3, 4) };

describe("a request", () => {
  test.each([
    [undefined, "0100"],
    [{ isDump: true }, "0103"],
  ])("with %o", (options, flags) => {
    expect(encodeNetlinkRequest(REQUEST, options).toHex()).toBe(
      `140000001200${flags}${"00".repeat(8)}01020304`,
    );
  });
});

describe("an answer", () => {
  const part = "13000000100002000000000000000000aabbcc00";
  const interruptedPart = "12000000100012000000000000000000aabb0000";
  const end = "1400000003000200000000000000000000000000";

  test("in parts, one of them from before a change, and its end", () => {
    const messages = decodeNetlinkMessages(Uint8Array.fromHex(part + interruptedPart + end));
    expect(
      messages.map((message) => ({
        ...message,
        body: message.body.toHex(),
        isEnd: isEndOfDump(message),
        refusal: refusalNumber(message),
      })),
    ).toEqual([
      { type: 16, isInterrupted: false, body: "aabbcc", isEnd: false, refusal: undefined },
      { type: 16, isInterrupted: true, body: "aabb", isEnd: false, refusal: undefined },
      { type: 3, isInterrupted: false, body: "00000000", isEnd: true, refusal: undefined },
    ]);
  });

  test("that is cut short has the messages before", () => {
    const bytes = Uint8Array.fromHex(part + end);
    const lengths = [15, 18, 19, 20, 39, 40];
    const counts = lengths.map((length) => decodeNetlinkMessages(bytes.subarray(0, length)).length);
    expect(counts).toEqual([0, 0, 1, 1, 1, 2]);
  });

  test.each([
    [2, "ffffffff", 1],
    [2, "00000000", undefined],
    [2, "", undefined],
    [3, "f4ffffff", 12],
    [16, "ffffffff", undefined],
  ])("of type %d and %s refuses with %p", (type, hex, errno) => {
    expect(refusalNumber({ type, body: Uint8Array.fromHex(hex) })).toBe(errno);
  });
});

describe("property", () => {
  test("messages come back as they were", () => {
    const message = fc.record({
      type: fc.nat(65_535),
      body: fc.uint8Array({ maxLength: 10 }).map((words) => new Uint8Array(4 * words.length)),
    });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const bytes = Buffer.concat(messages.map((each) => encodeNetlinkRequest(each)));
        expect(decodeNetlinkMessages(new Uint8Array(bytes))).toEqual(
          messages.map((each) => ({ ...each, isInterrupted: false })),
        );
      }),
    );
  });

  test("attributes come back as they were", () => {
    const attribute = fc.tuple(fc.nat(65_535), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.uniqueArray(attribute, { selector: ([type]) => type }), (attributes) => {
        const bytes = Buffer.concat(
          attributes.map(([type, value]) => encodeAttribute(type, value)),
        );
        expect([...decodeAttributes(bytes)]).toEqual(attributes);
      }),
    );
  });

  test("whatever bytes come, nothing throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(decodeNetlinkMessages(bytes).length).toBeLessThanOrEqual(bytes.length / 16);
      }),
    );
  });
});
