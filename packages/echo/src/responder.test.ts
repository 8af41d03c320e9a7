import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReplyMode } from "./responder.ts";
import { isLengthReply, MAX_REPLY_BYTES, responders } from "./responder.ts";

const reply = new Uint8Array(MAX_REPLY_BYTES);

function respond(mode: ReplyMode, request: Uint8Array): Uint8Array {
  return reply.subarray(0, responders[mode](request, reply));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("length", () => {
  test("counts bytes, not characters", () => {
    const answers = ["", "The time is 你好", "x"].map((text) =>
      new TextDecoder().decode(respond("length", bytes(text))),
    );
    expect(answers).toEqual([
      "Your data was 0 bytes long",
      "Your data was 18 bytes long",
      "Your data was 1 bytes long",
    ]);
  });

  test("for every size of a datagram: the answer reads back and is known as one", () => {
    const largest = new Uint8Array(MAX_REPLY_BYTES);
    const wrong = Array.from(largest.keys(), (size) => size + 1).filter((size) => {
      const answer = respond("length", largest.subarray(0, size));
      const isRight = new TextDecoder().decode(answer) === `Your data was ${size} bytes long`;
      return !(isRight && isLengthReply(answer));
    });
    expect(wrong).toEqual([]);
  });
});

describe("isLengthReply", () => {
  test.each([
    "",
    "Your data was  bytes long",
    "Your data was 123456 bytes long",
    "Your data was -1 bytes long",
    "Your data was 3.8 bytes long",
    "Your data was 3/8 bytes long",
    "Your data was 3:8 bytes long",
    "your data was 38 bytes long",
    "Your data was 38 bytes long\n",
    " Your data was 38 bytes long",
    "Your data was 38 bytes lon",
    "Your data is 38 bytes long",
    "Your data was ３８ bytes long",
  ])("is false for %j", (text) => {
    expect(isLengthReply(bytes(text))).toBe(false);
  });

  test("property: is true for one to five digits between the two parts, and nothing else", () => {
    const answer = fc.stringMatching(/^Your data was \d{1,5} bytes long$/);
    const oneOff = fc
      .tuple(answer, fc.nat(), fc.integer({ min: 0x20, max: 0x7e }))
      .map(([text, at, code]) => {
        const index = at % text.length;
        return text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
      });
    fc.assert(
      fc.property(fc.oneof(answer, oneOff, fc.string()), (text) => {
        expect(isLengthReply(bytes(text))).toBe(/^Your data was \d{1,5} bytes long$/.test(text));
      }),
      { numRuns: 1000 },
    );
  });
});

test("property: echo gives back the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (request) => {
      expect(respond("echo", request)).toEqual(request);
    }),
  );
});
