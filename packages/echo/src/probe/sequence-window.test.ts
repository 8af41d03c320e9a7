import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SequenceWindow } from "./sequence-window.ts";

describe("SequenceWindow", () => {
  test("tells first arrivals, copies and what is too old apart", () => {
    const window = new SequenceWindow(32);
    const novelties = [0, 0, 3, 1, 1, 34, 3, 2, 33, 33, 0, 100, 99, 68].map((number) =>
      window.note(number),
    );
    expect(novelties).toEqual([
      "first",
      "copy",
      "first",
      "first",
      "copy",
      "first",
      "copy",
      "undecided",
      "first",
      "copy",
      "undecided",
      "first",
      "first",
      "undecided",
    ]);
  });

  test("numbers go up to the last of 32 bits", () => {
    const window = new SequenceWindow(32);
    const last = 0xff_ff_ff_ff;
    expect([last - 1, last, last, last - 31, last - 32].map((n) => window.note(n))).toEqual([
      "first",
      "first",
      "copy",
      "first",
      "undecided",
    ]);
  });

  test("property: agrees with a memory of everything, as far back as it looks", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
    fc.assert(
      fc.property(numbers, (arrivals) => {
        const window = new SequenceWindow(64);
        const seen = new Set<number>();
        let highest = -1;
        for (const number of arrivals) {
          const isTooOld = number <= highest - 64;
          const expected = isTooOld ? "undecided" : seen.has(number) ? "copy" : "first";
          highest = Math.max(highest, number);
          if (!isTooOld) seen.add(number);
          expect(window.note(number)).toBe(expected);
        }
      }),
    );
  });
});
