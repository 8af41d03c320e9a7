import { describe, expect, test } from "bun:test";
import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import { parseRatio, parseSeed, wholeNumber } from "./numbers.ts";

describe("a ratio", () => {
  test.each([
    ["0", 0],
    ["1", 1],
    ["1.0", 1],
    [".5", 0.5],
    ["0.001", 0.001],
  ])("%s", (text, ratio) => {
    expect(parseRatio(text)).toBe(ratio);
  });

  test.each(["", "-0.1", "1.01", "10%", "1e-3", "0x1", ".", "NaN"])("not %j", (text) => {
    expect(() => parseRatio(text)).toThrow("Expected a number from 0 to 1, such as 0.05.");
  });

  test("property: whatever is typed, it is one, or refused as an argument", () => {
    const typed = fc.oneof(fc.string(), fc.double().map(String));
    fc.assert(
      fc.property(typed, (text) => {
        expect(valueOrRefusal(() => parseRatio(text))).toSatisfy(
          (value) => value === "refused" || (value >= 0 && value <= 1),
        );
      }),
    );
  });
});

describe("a whole number", () => {
  test("is one within its bounds", () => {
    expect(["1", "007", "255"].map(wholeNumber(1, 255))).toEqual([1, 7, 255]);
  });

  test.each(["0", "256", "-1", "1.5", "", "1_0", "1e1", "0x10", "ten", " 1"])("not %j", (text) => {
    expect(() => wholeNumber(1, 255)(text)).toThrow("Expected a whole number from 1 to 255.");
  });
});

test("a seed has 32 bits", () => {
  expect([parseSeed("0"), parseSeed("4294967295")]).toEqual([0, 4_294_967_295]);
  expect(() => parseSeed("4294967296")).toThrow("Expected a whole number from 0 to 4294967295.");
});

function valueOrRefusal<Value>(parse: () => Value): Value | "refused" {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return "refused";
    throw error;
  }
}
