import { describe, expect, test } from "bun:test";
import { frameLimits, maxAnswerBytes, maxRequestBytes } from "./limits.ts";

test("datagrams of 1200 bytes, remembered for 247 s, without a key", () => {
  const limits = frameLimits({});
  expect([limits, maxAnswerBytes(limits), maxRequestBytes(limits)]).toEqual([
    { maxDatagramBytes: 1200, lifetimeMs: 247_000, key: undefined },
    1164,
    1140,
  ]);
});

test("a key costs 16 bytes of each", () => {
  const limits = frameLimits({ key: new Uint8Array(32) });
  expect([maxAnswerBytes(limits), maxRequestBytes(limits)]).toEqual([1148, 1124]);
});

describe("what is refused", () => {
  test.each([
    [{ maxDatagramBytes: 255 }, "maxDatagramBytes: expected a whole number from 256 to 65507"],
    [{ maxDatagramBytes: 65_508 }, "maxDatagramBytes: expected a whole number from 256 to 65507"],
    [{ lifetimeMs: 100_000 }, "lifetimeMs: expected a number from 110000 to 86400000"],
    [{ key: new Uint8Array(15) }, "key bytes: expected a whole number from 16 to 64; got 15"],
  ])("%#", (options, message) => {
    expect(() => frameLimits(options)).toThrow(message);
  });
});
