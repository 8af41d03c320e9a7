import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../random.ts";
import type { BackoffOptions, Jitter } from "./backoff.ts";
import { backoffDelaysMs, JITTERS, LESSON_BACKOFF } from "./backoff.ts";

const lowest = (): number => 0;
const highest = (): number => 1;

function takeWaits(options: BackoffOptions, count: number, random = lowest): number[] {
  return backoffDelaysMs(options, random).take(count).toArray();
}

function totalMs(options: BackoffOptions, random = lowest): number {
  return backoffDelaysMs(options, random).reduce((sum, waitMs) => sum + waitMs, 0);
}

describe("schedules", () => {
  test("the lesson: five sends, the wait doubles, and 3.2 s would be above 2.0 s", () => {
    const waits = backoffDelaysMs(LESSON_BACKOFF, lowest).toArray();
    expect(waits).toEqual([100, 200, 400, 800, 1600]);
    expect(totalMs(LESSON_BACKOFF)).toBe(3100);
  });

  test("a factor of 1 is a fixed wait", () => {
    expect(takeWaits({ initialMs: 250, factor: 1 }, 4)).toEqual([250, 250, 250, 250]);
  });

  test("TCP's: from 1 s, held at 60 s", () => {
    const waits = takeWaits({ initialMs: 1000 }, 8);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  test("a wait of exactly the longest is allowed, the next ends the schedule", () => {
    expect(takeWaits({ initialMs: 500, maxMs: 2000, atMax: "stop" }, 9)).toEqual([500, 1000, 2000]);
  });

  test("the limit of attempts counts waits", () => {
    expect(takeWaits({ initialMs: 10, factor: 3, attempts: 3 }, 9)).toEqual([10, 30, 90]);
  });

  test("a first wait above the usual longest is its own longest", () => {
    expect(takeWaits({ initialMs: 90_000 }, 2)).toEqual([90_000, 90_000]);
  });

  test("an unlimited schedule holds its longest wait however long it runs", () => {
    const waits = backoffDelaysMs({ initialMs: 1, factor: 10, maxMs: 5000 }, lowest);
    expect(waits.drop(5000).next().value).toBe(5000);
  });
});

describe("jitter, against draws of mulberry32 with seed 1", () => {
  const vectors: readonly (readonly [Jitter, readonly number[]])[] = [
    ["none", [100, 200, 400, 800, 1600, 2000]],
    ["full", [62.707_394, 0.547_144, 210.978_816, 784.840_774, 1549.404_637, 562.207_006]],
    ["equal", [81.353_697, 100.273_572, 305.489_408, 792.420_387, 1574.702_319, 1281.103_503]],
    [
      "decorrelated",
      [225.414_788, 101.576_444, 207.983_88, 614.023_263, 1786.981_882, 1578.870_25],
    ],
    ["upward", [131.353_697, 200.273_572, 505.489_408, 1192.420_387, 2374.702_319, 2281.103_503]],
  ];

  test.each(vectors)("%s", (jitter, expected) => {
    const waits = takeWaits({ initialMs: 100, maxMs: 2000, jitter }, 6, seededRandom(1));
    expect(waits.map((waitMs) => Math.round(waitMs * 1e6) / 1e6)).toEqual([...expected]);
  });

  test("decorrelated draws up to three times the wait before, and may be capped or stopped", () => {
    const options: BackoffOptions = { initialMs: 100, maxMs: 1000, jitter: "decorrelated" };
    expect(takeWaits(options, 4, highest)).toEqual([300, 900, 1000, 1000]);
    expect(takeWaits({ ...options, atMax: "stop" }, 4, highest)).toEqual([300, 900]);
  });

  test.each([
    ["its defaults", { initialMs: 2000, jitter: "upward" }, 4, 45_000, 93_000],
    ["1 s and 3 resends", { initialMs: 1000, jitter: "upward" }, 3, 10_500, 22_500],
    ["a random factor of 1", { initialMs: 2000, jitter: "none" }, 4, 30_000, 62_000],
  ] as const)(
    "CoAP's MAX_TRANSMIT_SPAN and MAX_TRANSMIT_WAIT (RFC 7252 section 4.8.2), %s",
    (_name, base, resends, spanMs, maxWaitMs) => {
      const longest = (attempts: number): number => totalMs({ ...base, attempts }, highest);
      expect([longest(resends), longest(resends + 1)]).toEqual([spanMs, maxWaitMs]);
    },
  );
});

describe("bad options throw before the first wait is asked for", () => {
  const refusals: readonly (readonly [string, BackoffOptions])[] = [
    ["initialMs: expected a number from 0.001 to 86400000; got 0", { initialMs: 0 }],
    ["initialMs: expected a number from 0.001 to 86400000; got NaN", { initialMs: Number.NaN }],
    ["factor: expected a number from 1 to 10; got 0.5", { initialMs: 1, factor: 0.5 }],
    ["maxMs: expected a number from 10 to 86400000; got 9", { initialMs: 10, maxMs: 9 }],
    ["attempts: expected a whole number of at least 1; got 0", { initialMs: 1, attempts: 0 }],
    [
      "jitter: expected one of none, full, equal, decorrelated, upward; got some",
      { initialMs: 1, jitter: "some" as Jitter },
    ],
  ];

  test.each(refusals)("%s", (message, options) => {
    expect(() => backoffDelaysMs(options, lowest)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION", message }),
    );
  });
});

describe("properties", () => {
  const jitters = fc.constantFrom(...JITTERS);
  const schedules = fc
    .record({
      initialMs: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      headroom: fc.double({ min: 1, max: 800, noNaN: true }),
      jitter: jitters,
      attempts: fc.integer({ min: 1, max: 60 }),
      atMax: fc.constantFrom("hold" as const, "stop" as const),
    })
    .map(({ headroom, ...rest }) => ({ ...rest, maxMs: rest.initialMs * headroom }));

  test("waits are finite and never below zero, and above the longest only by the upward half", () => {
    fc.assert(
      fc.property(schedules, fc.integer(), (options, seed) => {
        const limitMs = options.maxMs * (options.jitter === "upward" ? 1.5 : 1);
        const waits = backoffDelaysMs(options, seededRandom(seed)).toArray();
        return waits.every((waitMs) => waitMs >= 0 && waitMs <= limitMs * (1 + 1e-12));
      }),
    );
  });

  test("holding gives all attempts, stopping no more than they", () => {
    fc.assert(
      fc.property(schedules, fc.integer(), (options, seed) => {
        const { length } = backoffDelaysMs(options, seededRandom(seed)).toArray();
        return options.atMax === "hold" ? length === options.attempts : length <= options.attempts;
      }),
    );
  });

  test("upward never resends before the plain schedule would", () => {
    fc.assert(
      fc.property(schedules, fc.integer(), (options, seed) => {
        const plain = backoffDelaysMs({ ...options, jitter: "none" }, lowest).toArray();
        const random = seededRandom(seed);
        const spread = backoffDelaysMs({ ...options, jitter: "upward" }, random).toArray();
        return (
          spread.length === plain.length && plain.every((ms, index) => ms <= (spread[index] ?? 0))
        );
      }),
    );
  });

  test("the same seed gives the same schedule", () => {
    fc.assert(
      fc.property(schedules, fc.integer(), (options, seed) => {
        const [one, other] = [seededRandom(seed), seededRandom(seed)].map((random) =>
          backoffDelaysMs(options, random).toArray(),
        );
        expect(one).toEqual(other ?? []);
      }),
    );
  });
});
