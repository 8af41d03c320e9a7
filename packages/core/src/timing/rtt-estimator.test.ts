import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RttEstimatorOptions } from "./rtt-estimator.ts";
import { RttEstimator } from "./rtt-estimator.ts";

const certain = { isAmbiguous: false };
const ambiguous = { isAmbiguous: true };

/** Sample, SRTT, RTTVAR and RTO, in ms. */
type Row = readonly [number, number, number, number];

function traceSamples(options: RttEstimatorOptions, samples: readonly number[]): number[][] {
  const estimator = new RttEstimator(options);
  return samples.map((rttMs) => {
    estimator.addSample(rttMs, certain);
    const { smoothedRttMs = -1, rttVariationMs = -1, rtoMs } = estimator;
    return [rttMs, smoothedRttMs, rttVariationMs, rtoMs].map(withoutLastBits);
  });
}

/** Binary fractions cannot hold 0.2: the last digits are not the rule's. */
function withoutLastBits(value: number): number {
  return Number(value.toPrecision(15));
}

describe("RFC 6298 section 2, worked out in exact fractions", () => {
  const vectors: readonly (readonly [string, RttEstimatorOptions, readonly Row[]])[] = [
    [
      "short round trips stay at the floor",
      {},
      [
        [100, 100, 50, 1000],
        [120, 102.5, 42.5, 1000],
        [80, 99.6875, 37.5, 1000],
        [500, 149.726_562_5, 128.203_125, 1000],
        [100, 143.510_742_187_5, 108.583_984_375, 1000],
      ],
    ],
    [
      "a steady second",
      {},
      [
        [1000, 1000, 500, 3000],
        [1000, 1000, 375, 2500],
        [1000, 1000, 281.25, 2125],
        [1000, 1000, 210.9375, 1843.75],
      ],
    ],
    [
      "a LAN without a floor: the granularity rules",
      { minRtoMs: 0 },
      [
        [0.2, 0.2, 0.1, 1.2],
        [0.3, 0.2125, 0.1, 1.2125],
        [0.25, 0.217_187_5, 0.084_375, 1.217_187_5],
        [5, 0.815_039_062_5, 1.258_984_375, 5.850_976_562_5],
        [0.2, 0.738_159_179_687_5, 1.097_998_046_875, 5.130_151_367_187_5],
      ],
    ],
    [
      "an improving path raises the timeout first: the variation term",
      {},
      [
        [3000, 3000, 1500, 9000],
        [100, 2637.5, 1850, 10_037.5],
        [100, 2320.3125, 2021.875, 10_407.8125],
        [100, 2042.773_437_5, 2071.484_375, 10_328.710_937_5],
        [100, 1799.926_757_812_5, 2039.306_640_625, 9957.153_320_312_5],
        [100, 1587.435_913_085_937_5, 1954.461_669_921_875, 9405.282_592_773_437_5],
      ],
    ],
  ];

  test.each(vectors)("%s", (_name, options, rows) => {
    const samples = rows.map(([rttMs]) => rttMs);
    expect(traceSamples(options, samples)).toEqual(rows.map((row) => row.map(withoutLastBits)));
  });

  test("without a sample there is a timeout and no estimate", () => {
    const { rtoMs, smoothedRttMs, rttVariationMs } = new RttEstimator();
    expect({ rtoMs, smoothedRttMs, rttVariationMs }).toEqual({
      rtoMs: 1000,
      smoothedRttMs: undefined,
      rttVariationMs: undefined,
    });
  });

  test("the timeout stops at the longest", () => {
    const estimator = new RttEstimator();
    estimator.addSample(50_000, certain);
    expect(estimator.rtoMs).toBe(60_000);
  });
});

describe("back-off", () => {
  test("1 2 4 8 16 32 60 60 s", () => {
    const estimator = new RttEstimator();
    const timeouts = Array.from({ length: 8 }, () => {
      const { rtoMs } = estimator;
      estimator.backOff();
      return rtoMs / 1000;
    });
    expect(timeouts).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test("an ambiguous sample leaves the backed-off timeout, a certain one ends it (Karn)", () => {
    const estimator = new RttEstimator();
    estimator.backOff();
    estimator.addSample(100, ambiguous);
    const afterAmbiguous = estimator.rtoMs;
    estimator.addSample(400, certain);
    expect([afterAmbiguous, estimator.rtoMs]).toEqual([2000, 1200]);
  });
});

describe("samples", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "%p is ignored",
    (rttMs) => {
      const estimator = new RttEstimator();
      estimator.addSample(rttMs, certain);
      expect([estimator.smoothedRttMs, estimator.rtoMs]).toEqual([undefined, 1000]);
    },
  );

  test("below zero counts as zero", () => {
    expect(traceSamples({ minRtoMs: 0 }, [-5])).toEqual([[-5, 0, 0, 1]]);
  });
});

describe("options", () => {
  test.each([
    ["minRtoMs: expected a number from 0 to 500; got 1000", { maxRtoMs: 500 }],
    [
      "maxRtoMs: expected a number from 0.001 to 86400000; got Infinity",
      { maxRtoMs: Number.POSITIVE_INFINITY },
    ],
    ["initialRtoMs: expected a number from 1000 to 60000; got 100", { initialRtoMs: 100 }],
    [
      "initialRtoMs: expected a number from 0.001 to 60000; got 0",
      { minRtoMs: 0, initialRtoMs: 0 },
    ],
    ["granularityMs: expected a number from 0.001 to 1000; got 0", { granularityMs: 0 }],
  ])("%s", (message, options) => {
    expect(() => new RttEstimator(options)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION", message }),
    );
  });

  test("the first timeout follows the floor and the ceiling", () => {
    const timeouts = [
      new RttEstimator({ minRtoMs: 3000 }).rtoMs,
      new RttEstimator({ minRtoMs: 0, maxRtoMs: 200 }).rtoMs,
      new RttEstimator({ minRtoMs: 50, initialRtoMs: 100 }).rtoMs,
    ];
    expect(timeouts).toEqual([3000, 200, 100]);
  });
});

describe("properties", () => {
  const events = fc.array(
    fc.oneof(
      fc.record({ rttMs: fc.double(), isAmbiguous: fc.boolean() }),
      fc.constant("expiry" as const),
    ),
    { maxLength: 60 },
  );

  test("whatever comes, the timeout stays in range and above zero", () => {
    fc.assert(
      fc.property(events, fc.double({ min: 0, max: 5000, noNaN: true }), (history, minRtoMs) => {
        const estimator = new RttEstimator({ minRtoMs });
        return history.every((event) => {
          if (event === "expiry") estimator.backOff();
          else estimator.addSample(event.rttMs, event);
          return estimator.rtoMs > 0 && estimator.rtoMs >= minRtoMs && estimator.rtoMs <= 60_000;
        });
      }),
    );
  });

  test("the smoothed round trip lies between the shortest and the longest sample", () => {
    const sampleLists = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(sampleLists, (samples) => {
        const estimator = new RttEstimator();
        for (const rttMs of samples) estimator.addSample(rttMs, certain);
        const { smoothedRttMs = Number.NaN } = estimator;
        const slack = 1e-6;
        return (
          smoothedRttMs >= Math.min(...samples) - slack &&
          smoothedRttMs <= Math.max(...samples) + slack
        );
      }),
    );
  });

  test("ambiguous samples change nothing", () => {
    fc.assert(
      fc.property(events, (history) => {
        const hearing = new RttEstimator();
        const deaf = new RttEstimator();
        for (const event of history) {
          if (event === "expiry") hearing.backOff();
          else hearing.addSample(event.rttMs, event);
          if (event === "expiry") deaf.backOff();
          else if (!event.isAmbiguous) deaf.addSample(event.rttMs, certain);
        }
        expect([hearing.rtoMs, hearing.smoothedRttMs]).toEqual([deaf.rtoMs, deaf.smoothedRttMs]);
      }),
    );
  });
});
