import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { SequenceNovelty } from "./sequence-window.ts";
import { SequenceWindow } from "./sequence-window.ts";

describe("SequenceWindow", () => {
  test("tells first arrivals, copies and what is too old apart", () => {
    const window = new SequenceWindow(32);
    const arrivals: readonly (readonly [number, SequenceNovelty])[] = [
      [0, "first"],
      [0, "copy"],
      [3, "first"],
      [1, "first"],
      [1, "copy"],
      [34, "first"],
      [3, "copy"],
      [2, "undecided"],
      [33, "first"],
      [33, "copy"],
      [0, "undecided"],
      [100, "first"],
      [99, "first"],
      [68, "undecided"],
    ];
    const novelties = arrivals.map(([number]) => window.note(number));
    expect(novelties).toEqual(arrivals.map(([, novelty]) => novelty));
    expect(window.highest).toBe(100);
  });

  test.each([2 ** 32, 2 ** 52])("numbers below and beyond %d", (turn) => {
    const window = new SequenceWindow(32);
    const numbers = [turn - 2, turn - 1, turn - 1, turn + 1, turn + 1, turn - 30, turn - 31];
    expect(numbers.map((number) => window.note(number))).toEqual([
      "first",
      "first",
      "copy",
      "first",
      "copy",
      "first",
      "undecided",
    ]);
  });

  test("property: agrees with a memory of everything, as far back as it looks", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
    fc.assert(
      fc.property(numbers, fc.constantFrom(32, 64, 128), (arrivals, size) => {
        const window = new SequenceWindow(size);
        const seen = new Set<number>();
        for (const number of arrivals) {
          const isTooOld = number <= Math.max(-1, ...seen) - size;
          const expected = isTooOld ? "undecided" : seen.has(number) ? "copy" : "first";
          expect([window.noveltyOf(number), window.note(number)]).toEqual([expected, expected]);
          if (!isTooOld) seen.add(number);
        }
      }),
    );
  });
});
