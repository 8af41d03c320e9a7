import { describe, expect, test } from "bun:test";
import { utf8SequenceBytes, wellFormedUtf8End } from "./utf8.ts";

describe("the edges of RFC 3629 section 4", () => {
  const sequences: readonly (readonly [string, number])[] = [
    ["00", 1],
    ["7f", 1],
    ["80", 0],
    ["bf", 0],
    ["c080", 0],
    ["c1bf", 0],
    ["c280", 2],
    ["c2", 0],
    ["dfbf", 2],
    ["df40", 0],
    ["e09fbf", 0],
    ["e0a080", 3],
    ["e0a0", 0],
    ["e4bda0", 3],
    ["e4bd41", 0],
    ["ed9fbf", 3],
    ["eda080", 0],
    ["edbfbf", 0],
    ["ee8080", 3],
    ["efbfbf", 3],
    ["f08fbfbf", 0],
    ["f0908080", 4],
    ["f09080", 0],
    ["f48fbfbf", 4],
    ["f4908080", 0],
    ["f5808080", 0],
    ["ff", 0],
    ["", 0],
  ];

  test.each(sequences)("%p is one character of %d bytes", (hex, length) => {
    expect(utf8SequenceBytes(Uint8Array.fromHex(hex), 0)).toBe(length);
  });
});

test("a well-formed run ends before the first byte that is not UTF-8", () => {
  const bytes = Uint8Array.fromHex("41e4bda0ff42c3");
  const ends = [0, 1, 2, 4, 5, 6, 7].map((offset) => wellFormedUtf8End(bytes, offset));
  expect(ends).toEqual([4, 4, 2, 4, 6, 6, 7]);
});
