import { describe, expect, test } from "bun:test";
import type { Random } from "@udp/core";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { TransitTimes } from "./queueing-delay.ts";
import {
  MAX_DRIFT_PPM,
  MIN_DRIFT_COUNT,
  MIN_DRIFT_SPAN_NS,
  queueingDelaysOf,
} from "./queueing-delay.ts";

const PATH_DELAY_NS = 20e6;

interface Path {
  readonly count: number;
  readonly spanNs: number;
  readonly driftPpm: number;
  readonly offsetNs: number;
  /** What queues take from each datagram. */
  readonly queueingNs: (index: number) => number;
}

/** What two clocks say of datagrams that are sent at even times over a path. */
function transitTimes({ count, spanNs, driftPpm, offsetNs, queueingNs }: Path): TransitTimes {
  const sentAtNs = new Float64Array(count).map((_, index) => (index * spanNs) / (count - 1));
  const arrivedAtNs = sentAtNs.map((sendingNs, index) => {
    const trueNs = sendingNs + PATH_DELAY_NS + queueingNs(index);
    return trueNs * (1 + driftPpm / 1e6) + offsetNs;
  });
  return { sentAtNs, arrivedAtNs };
}

/** Three of four datagrams wait, up to 10 ms. */
function queues(random: Random): (index: number) => number {
  return () => Math.max(0, random() - 0.25) * 13e6;
}

const STEADY = {
  count: MIN_DRIFT_COUNT,
  spanNs: MIN_DRIFT_SPAN_NS,
  driftPpm: 0,
  offsetNs: 0,
  queueingNs: () => 0,
};

describe("queueing delays", () => {
  test("are what lies above a line, whatever the clocks say", () => {
    const queueingNs = (index: number) => (index % 10) * 1e6;
    const times = transitTimes({ ...STEADY, driftPpm: 40, offsetNs: -5e12, queueingNs });
    const { driftPpm, relativeDelaysNs } = queueingDelaysOf(times);
    expect(driftPpm).toBeCloseTo(40, 3);
    // In nanoseconds: offset and drift leave rounding, and 9 ms by a clock 40 ppm faster are 360 more.
    const errorsNs = relativeDelaysNs.map((delay, index) => Math.abs(delay - queueingNs(index)));
    expect(Math.max(...errorsNs)).toBeLessThan(400);
  });

  test("property: drift is found among queues that are empty at times", () => {
    const offsets = fc.integer({ min: -1e13, max: 1e13 });
    const drifts = fc.double({ min: -450, max: 450, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), offsets, drifts, (seed, offsetNs, driftPpm) => {
        const path = { ...STEADY, count: 500, driftPpm, offsetNs };
        const delays = queueingDelaysOf(
          transitTimes({ ...path, queueingNs: queues(seededRandom(seed)) }),
        );
        expect(delays.driftPpm).toBeCloseTo(driftPpm, 2);
        expect(delays.relativeDelaysNs.every((delayNs) => delayNs >= 0)).toBe(true);
        expect(Math.max(...delays.relativeDelaysNs)).toBeLessThan(10e6);
      }),
    );
  });

  test.each([
    ["too few datagrams", { count: MIN_DRIFT_COUNT - 1 }],
    ["too short a time", { spanNs: MIN_DRIFT_SPAN_NS - 1 }],
    ["a queue that grows faster than clocks drift", { driftPpm: MAX_DRIFT_PPM + 1 }],
    ["a queue that shrinks so fast", { driftPpm: -MAX_DRIFT_PPM - 1 }],
  ])("%s: no drift is claimed, and the least delay is taken for the path's", (_title, path) => {
    const times = transitTimes({ ...STEADY, driftPpm: 100, ...path });
    const delaysNs = times.arrivedAtNs.map(
      (arrival, index) => arrival - (times.sentAtNs[index] ?? 0),
    );
    const leastNs = Math.min(...delaysNs);
    expect(queueingDelaysOf(times)).toEqual({
      driftPpm: undefined,
      relativeDelaysNs: delaysNs.map((delayNs) => delayNs - leastNs),
    });
  });

  test("enough datagrams over enough time, as far off as clocks get", () => {
    const times = transitTimes({ ...STEADY, driftPpm: MAX_DRIFT_PPM - 0.1 });
    expect(queueingDelaysOf(times).driftPpm).toBeCloseTo(MAX_DRIFT_PPM - 0.1, 4);
  });

  test("of nothing there are none", () => {
    const nothing = { sentAtNs: new Float64Array(), arrivedAtNs: new Float64Array() };
    expect(queueingDelaysOf(nothing)).toEqual({
      driftPpm: undefined,
      relativeDelaysNs: new Float64Array(),
    });
  });

  test("of a million datagrams", () => {
    const path = { count: 1_000_000, spanNs: 1000e9, driftPpm: -12.5, offsetNs: 1e9 };
    const times = transitTimes({ ...path, queueingNs: queues(seededRandom(1)) });
    expect(queueingDelaysOf(times).driftPpm).toBeCloseTo(-12.5, 5);
  });
});
