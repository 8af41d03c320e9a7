import { describe, expect, test } from "bun:test";
import { UdpError } from "./errors.ts";
import { choiceOption, integerOption, numberOption } from "./option-check.ts";

const { POSITIVE_INFINITY } = Number;

function messageOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    if (error instanceof UdpError) return `${error.code} ${error.message}`;
  }
  return "passed";
}

test("values in range pass, both ends included", () => {
  const passed = [
    numberOption("waitMs", 0.5, 0.5, 2),
    numberOption("waitMs", 2, 0.5, 2),
    integerOption("count", 1, 1, POSITIVE_INFINITY),
    integerOption("count", POSITIVE_INFINITY, 1, POSITIVE_INFINITY),
    choiceOption("mode", "slow", ["slow", "fast"]),
  ];
  expect(passed).toEqual([0.5, 2, 1, POSITIVE_INFINITY, "slow"]);
});

describe("others are refused, naming the option, what was expected and what was given", () => {
  const refusals: readonly (readonly [string, () => unknown])[] = [
    ["waitMs: expected a number from 0.5 to 2; got 0.4", () => numberOption("waitMs", 0.4, 0.5, 2)],
    [
      "waitMs: expected a number from 0.5 to 2; got NaN",
      () => numberOption("waitMs", Number.NaN, 0.5, 2),
    ],
    [
      "count: expected a whole number from 1 to 9; got 1.5",
      () => integerOption("count", 1.5, 1, 9),
    ],
    [
      "count: expected a whole number from 1 to 9; got Infinity",
      () => integerOption("count", POSITIVE_INFINITY, 1, 9),
    ],
    [
      "count: expected a whole number of at least 1; got 0",
      () => integerOption("count", 0, 1, POSITIVE_INFINITY),
    ],
    [
      "mode: expected one of slow, fast; got warp",
      () => choiceOption<string>("mode", "warp", ["slow", "fast"]),
    ],
  ];

  test.each(refusals)("%s", (message, check) => {
    expect(messageOf(check)).toBe(`UDP_BAD_OPTION ${message}`);
  });
});
