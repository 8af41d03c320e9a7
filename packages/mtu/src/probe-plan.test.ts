import { expect, test } from "bun:test";
import type { SearchView } from "./probe-plan.ts";
import { planBelowBase, planBurst, planFirstBurst } from "./probe-plan.ts";

function plan(some: Partial<SearchView>): readonly number[] {
  return planBurst({
    confirmedBytes: 1400,
    missingBytes: undefined,
    missingCount: () => 1,
    maxBytes: 9000,
    loss: { arrivedCount: 9, lostCount: 0 },
    hintBytes: undefined,
    candidates: [1280, 1400, 1420, 1454, 1492],
    maxProbesAtOnce: 12,
    maxErrorProbability: 1e-4,
    controlCount: 1,
    ...some,
  });
}

test("first the base and landmarks up to the maximum", () => {
  const limits = { maxProbesAtOnce: 12, controlCount: 1 };
  const bursts = [1200, 1450, 1500, 65_535].map((maxBytes) =>
    planFirstBurst(1200, { ...limits, maxBytes }),
  );
  expect(bursts).toEqual([
    [1200],
    [1200, 1400, 1450],
    [1200, 1400, 1480, 1500],
    [1200, 1400, 1480, 1500, 9000, 65_535],
  ]);
});

test("below the base: the minimum, several times after a silence", () => {
  const limits = { maxProbesAtOnce: 12, controlCount: 3, maxBytes: 1500, candidates: [576, 1280] };
  expect([planBelowBase(68, 1200, limits), planBelowBase(1280, 1280, limits)]).toEqual([
    [68, 68, 68, 576, 1200],
    [1280, 1280, 1280],
  ]);
});

test("the common sizes between what arrived and what did not", () => {
  expect(plan({ missingBytes: 1480 })).toEqual([1400, 1420, 1454]);
});

test("a common size without common ones above it is thought to be the limit", () => {
  expect(plan({ missingBytes: 1420 })).toEqual([1401, 1401, 1400, 1401]);
});

test("bisection with several cuts, down to every size", () => {
  expect(plan({ confirmedBytes: 1430, missingBytes: 1454 })).toEqual([
    1430, 1434, 1438, 1442, 1446, 1450,
  ]);
  expect(plan({ confirmedBytes: 1430, missingBytes: 1433 })).toEqual([1430, 1431, 1432]);
});

test("a size is tried again while loss may explain that it is missing", () => {
  const loss = { arrivedCount: 5, lostCount: 5 };
  const sizes = plan({ confirmedBytes: 1430, missingBytes: 1454, loss });
  expect(sizes.filter((bytes) => bytes === 1454)).toHaveLength(3);
});

test("with loss more copies of the next size, and more controls", () => {
  const loss = { arrivedCount: 9, lostCount: 3 };
  const sizes = plan({ missingBytes: 1401, loss });
  expect([sizes.length, new Set(sizes)]).toEqual([12, new Set([1401, 1400])]);
});

test("a hint, and one byte more, compared with both", () => {
  const sizes = plan({ hintBytes: 1450, missingCount: () => 0 });
  expect([new Set(sizes), sizes[0]]).toEqual([new Set([1400, 1450, 1451]), 1400]);
});

test("never more than allowed, and always a control and a larger size", () => {
  for (const maxProbesAtOnce of [4, 5, 12]) {
    for (const missingBytes of [undefined, 1401, 1402, 1480, 9000]) {
      for (const controlCount of [1, 3]) {
        const sizes = plan({ maxProbesAtOnce, missingBytes, controlCount });
        expect(sizes.length).toBeLessThanOrEqual(maxProbesAtOnce);
        expect([Math.min(...sizes), Math.max(...sizes) > 1400]).toEqual([1400, true]);
      }
    }
  }
});
