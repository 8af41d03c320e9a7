import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isLengthReply, writeLengthReply } from "./length-reply.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test("for every size of a datagram: the answer reads back and is known as one", () => {
  const reply = new Uint8Array(100);
  const wrong = Array.from({ length: 65_536 }, (_, size) => size).filter((size) => {
    const answer = reply.subarray(0, writeLengthReply(size, reply));
    const isRight = new TextDecoder().decode(answer) === `Your data was ${size} bytes long`;
    return !(isRight && isLengthReply(answer));
  });
  expect(wrong).toEqual([]);
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
