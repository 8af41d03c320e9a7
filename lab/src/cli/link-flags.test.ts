import { describe, expect, test } from "bun:test";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import fc from "fast-check";
import { badLinkOf, parseBurst, parseCount, parseRatio, parseSeed } from "./link-flags.ts";

describe("the bad link of a command line", () => {
  test("is none where no option asks for one", () => {
    expect(badLinkOf({ delay: undefined })).toBeUndefined();
  });

  test("has what was given, and nothing else", () => {
    expect(badLinkOf({ loss: 0 })).toEqual({ lossRatio: 0 });
  });

  test("has everything", () => {
    const burst = { enterRatio: 0.01, leaveRatio: 0.25 };
    expect(
      badLinkOf({
        delay: 20,
        jitter: 5,
        loss: 0.1,
        burst,
        duplicate: 0.02,
        reorder: 0.03,
        rate: 1_000_000,
        queue: 50,
        seed: 7,
      }),
    ).toEqual({
      delayMs: 20,
      jitterMs: 5,
      lossRatio: 0.1,
      burst,
      duplicateRatio: 0.02,
      reorderRatio: 0.03,
      rateBitsPerSecond: 1_000_000,
      queuePackets: 50,
      seed: 7,
    });
  });

  test("is refused where its options exclude each other", () => {
    expect(() => badLinkOf({ delay: 10, jitter: 20 })).toThrow(
      "jitterMs: expected a number from 0 to 10; got 20",
    );
  });
});

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

describe("a burst", () => {
  test("is two ratios", () => {
    expect(parseBurst("0.01,.25")).toEqual({ enterRatio: 0.01, leaveRatio: 0.25 });
  });

  test.each(["", "0.1", "0.1,", "0.1,0.2,0.3", "0.1,2"])("not %j", (text) => {
    expect(() => parseBurst(text)).toThrow(InvalidArgumentError);
  });
});

test.each(["0", "-1", "1.5", "", "1_000", "ten"])("not a count: %j", (text) => {
  expect(() => parseCount(text)).toThrow("Expected a whole number of at least 1.");
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
