import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationBetween, parseDuration } from "./duration.ts";

test.each<[string, number]>([
  ["0s", 0],
  ["250us", 0.25],
  ["10ms", 10],
  ["2s", 2000],
  ["0.5s", 500],
  ["1.5m", 90_000],
  ["1h", 3_600_000],
  ["007ms", 7],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

describe("no duration", () => {
  test.each([
    "",
    "5",
    "s",
    "-1s",
    "+1s",
    "1e3s",
    ".5s",
    "5.s",
    "1 s",
    " 1s",
    "1s\n",
    "1S",
    "1d",
    "1sec",
    "1,5s",
    "Infinitys",
    "٣s",
    "1constructor",
    "1tostring",
  ])("%p", (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({
        code: "commander.invalidArgument",
        message: "Expected a duration with its unit, such as 250us, 10ms, 2s, 5m or 1h.",
      }),
    );
  });
});

test("amount and unit give the same time in any unit", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (amount) => {
      const inMs = parseDuration(`${amount}ms`);
      expect(inMs).toBe(amount);
      expect(parseDuration(`${amount}s`)).toBe(inMs * 1000);
      expect(parseDuration(`${amount}000us`)).toBeCloseTo(inMs, 6);
    }),
  );
});

test("any text is a duration of zero or more, or refused", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (text) => {
      try {
        expect(parseDuration(text)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toMatchObject({ code: "commander.invalidArgument" });
      }
    }),
  );
});

describe("a duration between two others", () => {
  const parse = durationBetween("1ms", "1m");

  test("is one of them, or lies between", () => {
    expect(["1ms", "0.5s", "60s"].map(parse)).toEqual([1, 500, 60_000]);
  });

  test.each(["0.9ms", "1.1m", "0s"])("and not %s", (text) => {
    expect(() => parse(text)).toThrow("Expected a duration from 1ms to 1m.");
  });

  test("has a unit", () => {
    expect(() => parse("5")).toThrow("Expected a duration with its unit");
  });
});
