import { describe, expect, test } from "bun:test";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
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

/** Random bytes are hardly ever UTF-8, so the pieces are whole characters, their parts and near misses. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).map((text) => Buffer.from(text)),
      fc
        .tuple(fc.integer({ min: 0xc0, max: 0xff }), fc.uint8Array({ maxLength: 3 }))
        .map(([lead, tail]) => Uint8Array.of(lead, ...tail.map((octet) => 0x80 | (octet & 0x3f)))),
      fc.uint8Array({ maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => new Uint8Array(Buffer.concat(pieces)));

/** The same by the runtime's own judgement: the shortest beginning that is UTF-8, of 1 to 4 bytes. */
function shortestCharacterBytes(bytes: Uint8Array, offset: number): number {
  const lengths = [1, 2, 3, 4].filter((length) => offset + length <= bytes.byteLength);
  return lengths.find((length) => isUtf8(bytes.subarray(offset, offset + length))) ?? 0;
}

test("a character is as long as the runtime says, at any offset of any bytes", () => {
  fc.assert(
    fc.property(nearlyUtf8, (bytes) => {
      const offsets = Array.from({ length: bytes.byteLength + 1 }, (_, offset) => offset);
      expect(offsets.map((offset) => utf8SequenceBytes(bytes, offset))).toEqual(
        offsets.map((offset) => shortestCharacterBytes(bytes, offset)),
      );
    }),
    { numRuns: 500 },
  );
});

test("a run is well-formed, and no longer one is", () => {
  fc.assert(
    fc.property(nearlyUtf8, fc.nat(12), (bytes, start) => {
      const offset = Math.min(start, bytes.byteLength);
      const end = wellFormedUtf8End(bytes, offset);
      const ends = Array.from(
        { length: bytes.byteLength - offset + 1 },
        (_, index) => offset + index,
      );
      const wellFormedEnds = ends.filter((other) => isUtf8(bytes.subarray(offset, other)));
      expect(end).toBe(wellFormedEnds.at(-1) ?? offset);
    }),
    { numRuns: 500 },
  );
});
