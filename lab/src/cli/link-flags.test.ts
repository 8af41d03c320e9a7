import { describe, expect, test } from "bun:test";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { badLinkOf, parseBurst, parseCount } from "./link-flags.ts";

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
