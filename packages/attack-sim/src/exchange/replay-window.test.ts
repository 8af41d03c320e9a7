import { expect, test } from "bun:test";
import fc from "fast-check";
import { ReplayWindow } from "./replay-window.ts";

test("property: no number is new twice, in whatever order they come", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 400 }), (numbers) => {
      const window = new ReplayWindow();
      const believed = numbers.filter((number) => {
        if (window.hasSeen(number)) return false;
        window.add(number);
        return true;
      });
      expect(believed).toEqual([...new Set(believed)]);
    }),
  );
});

test("numbers may overtake each other by 63", () => {
  const window = new ReplayWindow();
  window.add(100);
  expect([36, 37, 99, 100, 101].map((number) => window.hasSeen(number))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});
