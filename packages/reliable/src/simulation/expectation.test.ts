import { describe, expect, test } from "bun:test";
import type { LinkOptions } from "@udp/core/simulation";
import fc from "fast-check";
import type { RetransmissionOptions } from "../retransmission.ts";
import { PRESET_NAMES, PRESETS } from "../retransmission.ts";
import type { ExpectationDoubt } from "./expectation.ts";
import { expectedOutcome } from "./expectation.ts";
import { simulateRequests } from "./simulate.ts";

const LINK: LinkOptions = { delayMs: 20, jitterMs: 5, lossRatio: 0.3 };

function expected(retransmission: RetransmissionOptions, there: LinkOptions, back = there) {
  return expectedOutcome({ retransmission, there, back });
}

function attempts(count: number): RetransmissionOptions {
  return { backoff: { initialMs: 100, attempts: count } };
}

/** Success and mean attempts by following every course that a request can take. */
function enumerate(
  left: number,
  there: LinkOptions,
  lossBack: number,
): { successRatio: number; meanAttempts: number } {
  if (left === 0) return { successRatio: 0, meanAttempts: 0 };
  const { lossRatio: lossThere = 0, duplicateRatio = 0 } = there;
  const copies = [
    lossThere,
    (1 - lossThere) * (1 - duplicateRatio),
    (1 - lossThere) * duplicateRatio,
  ];
  const unansweredRatio = copies.reduce(
    (sum, chance, count) => sum + chance * lossBack ** count,
    0,
  );
  const rest = enumerate(left - 1, there, lossBack);
  return {
    successRatio: 1 - unansweredRatio + unansweredRatio * rest.successRatio,
    meanAttempts: 1 + unansweredRatio * rest.meanAttempts,
  };
}

describe("the closed form", () => {
  test("of the lesson, 30 % lost each way", () => {
    const { doubts, ...figures } = expected(PRESETS.original, LINK);
    expect([figures, doubts]).toEqual([
      {
        attempts: 5,
        roundTripLossRatio: expect.closeTo(0.51, 12),
        successRatio: expect.closeTo(1 - 0.51 ** 5, 12),
        meanAttempts: expect.closeTo((1 - 0.51 ** 5) / 0.49, 12),
      },
      [],
    ]);
  });

  test("property: as every course that a request can take, added up", () => {
    const ratio = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.record({ lossRatio: ratio, duplicateRatio: ratio }),
        ratio,
        (count, there, lossBack) => {
          const { successRatio, meanAttempts } = enumerate(count, there, lossBack);
          expect(expected(attempts(count), there, { lossRatio: lossBack })).toMatchObject({
            attempts: count,
            successRatio: expect.closeTo(successRatio, 9),
            meanAttempts: expect.closeTo(meanAttempts, 9),
          });
        },
      ),
    );
  });

  test.each([
    [1, attempts(3), { attempts: 3, successRatio: 0, meanAttempts: 3 }],
    [0, attempts(3), { attempts: 3, successRatio: 1, meanAttempts: 1 }],
    [
      0.5,
      { backoff: { initialMs: 100, factor: 1 } },
      { attempts: Number.POSITIVE_INFINITY, successRatio: 1, meanAttempts: 4 },
    ],
  ])("%d lost each way: %#", (lossRatio, retransmission, figures) => {
    expect(expected(retransmission, { lossRatio })).toMatchObject(figures);
  });

  test("a way that takes longer than the waits: fewer tries count, and more are made", () => {
    const there = { lossRatio: 0.3, delayMs: 500 };
    const { successRatio, meanAttempts, doubts } = expected(PRESETS.original, there);
    const L = 0.51;
    // The answers to the first three and to the fourth come in the last wait, that to the fifth too.
    expect([successRatio, meanAttempts, doubts]).toEqual([
      expect.closeTo(1 - L ** 5, 12),
      expect.closeTo(1 + 1 + 1 + 1 + L ** 3, 12),
      [],
    ]);
    expect(expected(PRESETS.original, { delayMs: 5000 })).toMatchObject({
      successRatio: 0,
      meanAttempts: 5,
      doubts: [],
    });
  });

  test.each(["coap", "low-latency"] as const)("%s where no answer can come in time", (name) => {
    const link = { delayMs: 60_000, lossRatio: 0.1 };
    const retransmission = PRESETS[name];
    const { answeredCount, sentCount } = simulateRequests({
      retransmission,
      link,
      requestCount: 10,
      seed: 1,
    });
    const { successRatio, meanAttempts } = expected(retransmission, link);
    expect([successRatio, meanAttempts]).toEqual([answeredCount / 10, sentCount / 10]);
  });

  test.each([25, 200, 499, 700, 1350])("a simulation with %d ms each way", (delayMs) => {
    const link = { delayMs, jitterMs: 1, lossRatio: 0.3 };
    const { successRatio, meanAttempts } = expected(PRESETS.original, link);
    const retransmission = PRESETS.original;
    const run = { retransmission, link, requestCount: 2000, seed: 1 };
    const { answeredCount, sentCount } = simulateRequests(run);
    // Four standard deviations, and what jitter may add at 200 ms.
    expect(Math.abs(answeredCount / 2000 - successRatio)).toBeLessThan(0.045);
    expect(Math.abs(sentCount / 2000 - meanAttempts)).toBeLessThan(0.2);
  });

  test.each(PRESET_NAMES)("%s: a simulation measures about the same", (name) => {
    const link = { ...LINK, duplicateRatio: 0.2 };
    const retransmission = PRESETS[name];
    const { successRatio, meanAttempts } = expected(retransmission, link);
    const requestCount = 2000;
    const { answeredCount, sentCount } = simulateRequests({
      retransmission,
      link,
      requestCount,
      seed: 1,
    });
    // Four standard deviations are 1.5 and 13 hundredths.
    expect(Math.abs(answeredCount / requestCount - successRatio)).toBeLessThan(0.015);
    expect(Math.abs(sentCount / requestCount - meanAttempts)).toBeLessThan(0.13);
  });
});

describe("doubts", () => {
  const hasty: RetransmissionOptions = { backoff: { initialMs: 40, attempts: 3 } };
  const DELAY = { delayMs: 20 };

  test.each<[string, RetransmissionOptions, LinkOptions, ExpectationDoubt[]]>([
    ["a first wait as long as the round trip", hasty, DELAY, []],
    ["one that is surely shorter", hasty, { delayMs: 21, jitterMs: 0.5 }, []],
    ["one that jitter may outrun", hasty, { ...DELAY, jitterMs: 1 }, ["short-waits"]],
    ["one that may be halved", spread("equal"), DELAY, ["short-waits"]],
    ["one that may be none", spread("full"), { delayMs: 0.1 }, ["short-waits"]],
    ["one that may only be longer", spread("upward"), DELAY, []],
    ["packets that are held back", hasty, { delayMs: 19, reorderRatio: 0.1 }, ["short-waits"]],
    ["an adaptive first wait above it", PRESETS["low-latency"], { delayMs: 50 }, []],
    ["an adaptive one below it", PRESETS["low-latency"], { delayMs: 51 }, ["short-waits"]],
    ["waits that may grow past the limit", PRESETS.rfc6298, DELAY, ["long-waits"]],
    ["waits without end", { backoff: { initialMs: 100, factor: 1 } }, DELAY, ["long-waits"]],
    [
      "as many waits as the round trips leave room for",
      { ...PRESETS.original, isAdaptive: true, minRtoMs: 100 },
      DELAY,
      ["varying-attempts"],
    ],
    [
      "losses in runs",
      hasty,
      { burst: { enterRatio: 0.1, leaveRatio: 0.5 } },
      ["dependent-losses"],
    ],
    ["a link with a rate", hasty, { rateBitsPerSecond: 1e6 }, ["dependent-losses"]],
  ])("%s", (_title, retransmission, link, doubts) => {
    expect(expected(retransmission, link).doubts).toEqual(doubts);
  });

  function spread(jitter: "equal" | "full" | "upward"): RetransmissionOptions {
    return { backoff: { ...hasty.backoff, jitter } };
  }
});
