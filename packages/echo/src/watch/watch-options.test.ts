import { describe, expect, test } from "bun:test";
import type { WatchPlanOptions } from "./watch-options.ts";
import { watchPlan } from "./watch-options.ts";

/** What is wrong with the options. */
function faultOf(options: WatchPlanOptions): string | undefined {
  try {
    watchPlan(options);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe("a watch has no more than 16 measurements under way", () => {
  test.each<[number, WatchPlanOptions]>([
    [5000, { reportIntervalMs: 1000 }],
    [15_000, { reportIntervalMs: 1000, answerTimeoutMs: 0.001 }],
    [140_000, {}],
    [149_000, { answerTimeoutMs: 500 }],
  ])("it waits up to %d ms: %p", (longestMs, options) => {
    expect(faultOf({ ...options, waitMs: longestMs - 1 })).toBeUndefined();
    expect(faultOf({ ...options, waitMs: longestMs + 1 })).toContain("waitMs: expected a number");
  });

  test("it asks no longer than they allow", () => {
    expect(faultOf({ answerTimeoutMs: 75_000, waitMs: 0 })).toBeUndefined();
    expect(faultOf({ answerTimeoutMs: 75_001, waitMs: 0 })).toContain(
      "answerTimeoutMs: expected a number from 0 to 75000",
    );
  });
});

test("what a measurement does not take, its watch does not take", () => {
  expect(faultOf({ burstSize: 1001 })).toContain("burstSize: expected");
});
