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
    expect(spreadOf(uniform(32_768, 28_232, 5000), 16).bits).toBeCloseTo(Math.log2(28_232), 1);
  });

  test("of one that never changes is nothing", () => {
    expect(spreadOf([1060, 1060, 1060], 16)).toEqual({
      count: 3,
      distinctCount: 1,
      standardDeviation: 0,
      bits: 0,
      isCounting: false,
    });
  });

  test.each([
    ["up by little", (index: number) => 40_000 + 3 * index],
    ["up by much", (index: number) => 10_000 + 2000 * index],
    ["down by much", (index: number) => 60_000 - 2000 * index],
    ["up, and from the start again", (index: number) => (60_000 + 1000 * index) % 65_536],
  ])("counting is seen: %s", (_how, numberAt) => {
    const counted = Array.from({ length: 26 }, (_, index) => numberAt(index));
    expect(spreadOf(counted, 16).isCounting).toBe(true);
  });

  test("chance is not counting", () => {
    expect(spreadOf(uniform(0, 9999, 26), 16).isCounting).toBe(false);
  });

  test("two that alternate are one bit, however far apart", () => {
    const alternating = Array.from({ length: 26 }, (_, index) => (index % 2 ? 1024 : 65_000));
    expect(spreadOf(alternating, 16).bits).toBe(1);
  });

  test("has no more bits than its field", () => {
    expect(spreadOf([0, 65_535, 0, 65_535, 1, 65_534], 16).bits).toBeLessThanOrEqual(16);
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
