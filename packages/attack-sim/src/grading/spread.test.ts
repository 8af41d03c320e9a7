import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import { bitsOfDeviation, gradeOfBits, worstOf } from "./grade.ts";
import { spreadOf } from "./spread.ts";

function uniform(first: number, count: number, samples: number): number[] {
  const random = seededRandom(3);
  return Array.from({ length: samples }, () => first + Math.floor(random() * count));
}

describe("the spread of numbers", () => {
  test("of a uniform choice is its bits", () => {
    expect(spreadOf(uniform(32_768, 28_232, 5000)).bits).toBeCloseTo(Math.log2(28_232), 1);
  });

  test("of one that never changes is nothing", () => {
    expect(spreadOf([1060, 1060, 1060])).toEqual({
      count: 3,
      distinctCount: 1,
      standardDeviation: 0,
      bits: 0,
      isCounting: false,
    });
  });

  test("counting up is seen, however far it goes", () => {
    const counted = Array.from({ length: 26 }, (_, index) => 40_000 + 3 * index);
    expect([spreadOf(counted).isCounting, spreadOf(uniform(0, 9999, 26)).isCounting]).toEqual([
      true,
      false,
    ]);
  });
});

// The bounds of the port test are standard deviations of 296 and 3980 ports.
test.each([
  [295, "POOR"],
  [296, "GOOD"],
  [3979, "GOOD"],
  [3981, "GREAT"],
] as const)("a standard deviation of %i is %s", (deviation, grade) => {
  expect(gradeOfBits(bitsOfDeviation(deviation))).toBe(grade);
});

test("the worst grade counts", () => {
  expect([worstOf([]), worstOf(["GREAT", "POOR", "GOOD"]), worstOf(["GOOD", "GREAT"])]).toEqual([
    "GREAT",
    "POOR",
    "GOOD",
  ]);
});
