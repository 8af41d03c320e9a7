import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { WatchTotals } from "./watch-document.ts";
import type { CountedInterval } from "./watch-totals.ts";
import { addInterval, NO_TOTALS } from "./watch-totals.ts";

function totalsOf(intervals: readonly CountedInterval[]): WatchTotals {
  return intervals.reduce(addInterval, NO_TOTALS);
}

const NONE = { forward: null, backward: null, unknown: null };

/** What a far end that counts has of both directions. */
const KNOWN: CountedInterval["measurement"] = {
  sentCount: 10,
  receivedCount: 6,
  replyCount: 9,
  lateCount: 1,
  unsentCount: 2,
  wrongSourceCount: 3,
  unanswered: { count: 4 },
  forward: { lostCount: 1, duplicatedCount: 5 },
  backward: { lostCount: 2, duplicatedCount: 3 },
  peer: { refusedCount: 1 },
  rtt: { minNs: 100, maxNs: 900 },
};

/** The same of one that does not. */
const UNKNOWN: CountedInterval["measurement"] = {
  ...KNOWN,
  forward: { lostCount: null, duplicatedCount: null },
  backward: { lostCount: null, duplicatedCount: null },
  peer: null,
  rtt: { minNs: 50, maxNs: 60 },
};

const FAILURE = { code: "ECHO_NO_REPLY", message: "No reply came" };

describe("the totals of a watch", () => {
  test("have losses by direction where they are known", () => {
    expect(totalsOf([{ failure: null, missedCount: 7, measurement: KNOWN }])).toEqual({
      intervalCount: 1,
      downCount: 0,
      missedCount: 7,
      sentCount: 10,
      receivedCount: 6,
      lost: { forward: 1, backward: 2, unknown: null },
      duplicated: { forward: 5, backward: 3, unknown: null },
      lateCount: 1,
      refusedCount: 1,
      unsentCount: 2,
      wrongSourceCount: 3,
      minRttNs: 100,
      maxRttNs: 900,
    });
  });

  test("have what is not known by itself, and never as 0", () => {
    expect(totalsOf([{ failure: null, missedCount: 0, measurement: UNKNOWN }])).toMatchObject({
      lost: { ...NONE, unknown: 4 },
      duplicated: { ...NONE, unknown: 3 },
      refusedCount: null,
    });
    const half = { ...KNOWN, forward: { lostCount: null, duplicatedCount: null } };
    expect(totalsOf([{ failure: null, missedCount: 0, measurement: half }]).lost).toEqual({
      ...NONE,
      unknown: 3,
    });
    expect(totalsOf([{ failure: FAILURE, missedCount: 100, measurement: null }])).toEqual({
      ...NO_TOTALS,
      intervalCount: 1,
      downCount: 1,
      missedCount: 100,
    });
  });

  test("have nothing among the lost that was refused, copies or not", () => {
    const unknown = [3, 4, 5].map((refusedCount) => {
      const forward = { lostCount: null, duplicatedCount: null };
      const measurement = { ...KNOWN, forward, peer: { refusedCount } };
      return totalsOf([{ failure: null, missedCount: 0, measurement }]).lost.unknown;
    });
    expect(unknown).toEqual([1, 0, 0]);
  });

  test("join intervals that are known with others that are not", () => {
    const intervals = [KNOWN, UNKNOWN, null, KNOWN].map((measurement) => ({
      failure: measurement === null ? FAILURE : null,
      missedCount: 5,
      measurement,
    }));
    expect(totalsOf(intervals)).toMatchObject({
      intervalCount: 4,
      downCount: 1,
      missedCount: 20,
      sentCount: 30,
      lost: { forward: 2, backward: 4, unknown: 4 },
      refusedCount: 2,
      minRttNs: 50,
      maxRttNs: 900,
    });
  });

  test("property: are the sums of the intervals, in whatever order", () => {
    const count = fc.nat(1000);
    const optional = fc.option(count);
    const direction = fc.record({ lostCount: optional, duplicatedCount: optional });
    const measurement = fc.record({
      sentCount: count,
      receivedCount: count,
      replyCount: count,
      lateCount: count,
      unsentCount: count,
      wrongSourceCount: count,
      unanswered: fc.record({ count }),
      forward: direction,
      backward: direction,
      peer: fc.option(fc.record({ refusedCount: count })),
      rtt: fc.record({ minNs: optional, maxNs: optional }),
    });
    const interval = fc.record({
      failure: fc.option(fc.constant(FAILURE)),
      missedCount: count,
      measurement: fc.option(measurement),
    });
    fc.assert(
      fc.property(fc.array(interval), (intervals) => {
        const totals = totalsOf(intervals);
        const known = intervals.flatMap((one) => one.measurement ?? []);
        const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
        const refused = known.flatMap(({ peer }) => peer?.refusedCount ?? []);
        expect(totals).toMatchObject({
          intervalCount: intervals.length,
          downCount: intervals.filter(({ failure }) => failure !== null).length,
          missedCount: sum(intervals.map(({ missedCount }) => missedCount)),
          sentCount: sum(known.map(({ sentCount }) => sentCount)),
          lateCount: sum(known.map(({ lateCount }) => lateCount)),
          refusedCount: refused.length === 0 ? null : sum(refused),
        });
        expect(totalsOf(intervals.toReversed())).toEqual(totals);
      }),
    );
  });
});
