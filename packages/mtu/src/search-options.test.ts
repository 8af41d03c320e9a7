import { describe, expect, test } from "bun:test";
import type { PathMtuSearchOptions } from "./search-options.ts";
import { searchSettings } from "./search-options.ts";

const least = { minBytes: 68, maxBytes: 1500 };

test("defaults", () => {
  const { candidates, ...settings } = searchSettings(least);
  expect(settings).toEqual({
    ...least,
    baseBytes: 1200,
    maxProbesAtOnce: 12,
    maxErrorProbability: 1e-4,
    maxProbeCount: 400,
    raiseIntervalNs: 600e9,
    confirmationIntervalNs: Number.POSITIVE_INFINITY,
  });
  expect(candidates).toContain(1492);
});

test("the base is the nearest to 1200 that is allowed", () => {
  const ranges = [
    [1280, 9000],
    [68, 576],
    [68, 9000],
  ].map(([minBytes = 0, maxBytes = 0]) => searchSettings({ minBytes, maxBytes }).baseBytes);
  expect(ranges).toEqual([1280, 576, 1200]);
});

test("candidates are put in order, each once", () => {
  expect(searchSettings({ ...least, candidates: [9, 3, 9] }).candidates).toEqual([3, 9]);
});

describe("options out of range are UDP_BAD_OPTION", () => {
  const bad: readonly Partial<PathMtuSearchOptions>[] = [
    { minBytes: 27 },
    { minBytes: 1501 },
    { maxBytes: 65_576 },
    { maxBytes: Number.NaN },
    { baseBytes: 67 },
    { baseBytes: 1501 },
    { candidates: [0] },
    { candidates: [1400.5] },
    { maxProbesAtOnce: 0 },
    { maxProbesAtOnce: 3 },
    { maxProbesAtOnce: 13 },
    { maxErrorProbability: 0 },
    { maxErrorProbability: 0.2 },
    { maxProbeCount: 9 },
    { raiseIntervalNs: 299e9 },
    { confirmationIntervalNs: 601e9 },
    { confirmationIntervalNs: 0 },
  ];

  test.each(bad.map((options) => [Bun.inspect(options, { compact: true }), options] as const))(
    "%s",
    (_, options) => {
      const badOption = expect.objectContaining({ code: "UDP_BAD_OPTION" });
      expect(() => searchSettings({ ...least, ...options })).toThrow(badOption);
    },
  );
});
