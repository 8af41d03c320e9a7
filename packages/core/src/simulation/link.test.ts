import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../random.ts";
import { msToNs } from "../timing/clock.ts";
import type { LinkCounters, LinkFate } from "./link.ts";
import { Link } from "./link.ts";
import type { LinkOptions } from "./link-options.ts";

const MS = 1_000_000;

describe("a link without options", () => {
  test("passes every packet at once", () => {
    const { fates, counters } = sendAll({}, [0, 0, 7]);
    expect(fates).toEqual([passed(0), passed(0), passed(7)]);
    expect(counters).toEqual(countersOf({ sent: 3, passed: 3, delivered: 3 }));
  });
});

describe("delay and jitter", () => {
  test("delay is exact", () => {
    expect(sendAll({ delayMs: 12.5 }, [0, 3 * MS]).fates).toEqual([
      passed(12.5 * MS),
      passed(15.5 * MS),
    ]);
  });

  test("jitter is uniform within delayMs ± jitterMs", () => {
    const sentNs = everyMs(100, 10_000);
    const { arrivalsNs } = sendAll({ delayMs: 20, jitterMs: 5 }, sentNs);
    const delaysMs = arrivalsNs.map(([ns], index) => ((ns ?? 0) - (sentNs[index] ?? 0)) / MS);
    expect(Math.min(...delaysMs)).toBeWithin(15, 15.01);
    expect(Math.max(...delaysMs)).toBeWithin(24.99, 25);
    expect(mean(delaysMs)).toBeWithin(19.9, 20.1);
    expect(delaysMs.filter((ms) => ms < 17.5).length / 10_000).toBeWithin(0.235, 0.265);
  });

  test("jitter alone reorders nothing", () => {
    const { arrivalsNs, counters } = sendAll({ delayMs: 20, jitterMs: 20 }, everyMs(1, 1000));
    const flat = arrivalsNs.flat();
    expect(flat).toEqual(flat.toSorted((one, other) => one - other));
    expect(counters.reordered).toBe(0);
  });
});

describe("loss", () => {
  test("drops the part that was asked for", () => {
    const { counters } = sendAll({ lossRatio: 0.1 }, everyMs(1, 20_000));
    expect(counters.lost).toBeWithin(1830, 2170);
    expect(counters).toEqual(
      countersOf({
        sent: 20_000,
        dropped: counters.lost,
        lost: counters.lost,
        passed: 20_000 - counters.lost,
        delivered: 20_000 - counters.lost,
      }),
    );
  });

  test.each([
    [0, 0],
    [1, 100],
  ])("a ratio of %d loses %d of 100", (lossRatio, lost) => {
    expect(sendAll({ lossRatio }, everyMs(1, 100)).counters.lost).toBe(lost);
  });

  test("in bursts: long-run part and mean length of a run", () => {
    const burst = { enterRatio: 0.01, leaveRatio: 0.25 };
    const { fates, counters } = sendAll({ burst }, everyMs(1, 50_000));
    const runs = lossRuns(fates);
    expect(counters.lost / 50_000).toBeWithin(0.034, 0.043);
    expect(mean(runs)).toBeWithin(3.7, 4.3);
  });

  test("with the same seed a higher ratio loses the same packets and more", () => {
    const lostAt = (lossRatio: number): Set<number> => {
      const { fates } = sendAll({ lossRatio, duplicateRatio: lossRatio }, everyMs(1, 1000));
      return new Set(fates.flatMap(({ kind }, index) => (kind === "dropped" ? [index] : [])));
    };
    const [few, many] = [lostAt(0.1), lostAt(0.3)];
    expect({ isSubset: few.isSubsetOf(many), isMore: many.size > few.size }).toEqual({
      isSubset: true,
      isMore: true,
    });
  });
});

describe("duplication and reordering", () => {
  test("duplicates the part that was asked for; the copy keeps the order", () => {
    const options = { delayMs: 20, jitterMs: 5, duplicateRatio: 0.05 };
    const { arrivalsNs, counters } = sendAll(options, everyMs(1, 20_000));
    const flat = arrivalsNs.flat();
    expect(counters.duplicated).toBeWithin(870, 1130);
    expect(counters.delivered).toBe(20_000 + counters.duplicated);
    expect(flat).toEqual(flat.toSorted((one, other) => one - other));
  });

  test("holds packets back by their delay once more and 1 ms", () => {
    expect(sendAll({ delayMs: 5, reorderRatio: 1 }, [0]).fates).toEqual([passed(11 * MS)]);
  });

  test("counts what was overtaken, not what was held back in vain", () => {
    const options = { delayMs: 5, reorderRatio: 1 };
    const link = new Link(options, seededRandom(1));
    link.send(100, 0);
    link.configure({ delayMs: 5 });
    link.send(100, 6 * MS);
    expect(link.counters.reordered).toBe(0);
    link.configure(options);
    link.send(100, 20 * MS);
    link.configure({ delayMs: 5 });
    link.send(100, 26 * MS - 1);
    link.send(100, 26 * MS - 1);
    expect(link.counters.reordered).toBe(1);
  });

  test("packets held back together keep their order", () => {
    const { fates, counters } = sendAll({ delayMs: 5, reorderRatio: 1 }, [0, 0]);
    expect(fates).toEqual([passed(11 * MS), passed(11 * MS)]);
    expect(counters.reordered).toBe(0);
  });

  test("reorders the part that was asked for", () => {
    const { counters } = sendAll({ delayMs: 20, reorderRatio: 0.02 }, everyMs(1, 20_000));
    expect(counters.reordered).toBeWithin(320, 480);
  });
});

describe("rate and queue", () => {
  /** 1250 bytes take 10 ms. */
  const rate = { rateBitsPerSecond: 1_000_000 };

  test("packets are serialised one after the other", () => {
    const { arrivalsNs } = sendAll({ ...rate, delayMs: 3 }, [0, 0, 5 * MS, 50 * MS], 1250);
    expect(arrivalsNs.flat()).toEqual([13 * MS, 23 * MS, 33 * MS, 63 * MS]);
  });

  test("the queue drops its tail, and has room again when a packet has left", () => {
    const sentNs = [0, 0, 0, 10 * MS - 1, 10 * MS, 10 * MS];
    const { fates, counters } = sendAll({ ...rate, queuePackets: 2 }, sentNs, 1250);
    const overflow: LinkFate = { kind: "dropped", reason: "queue" };
    expect(fates).toEqual([
      passed(10 * MS),
      passed(20 * MS),
      overflow,
      overflow,
      passed(30 * MS),
      overflow,
    ]);
    expect(counters).toEqual(
      countersOf({ sent: 6, dropped: 3, overflowed: 3, passed: 3, delivered: 3 }),
    );
  });

  test("a lost packet has used its share of the rate", () => {
    const link = new Link({ ...rate, lossRatio: 1 }, seededRandom(1));
    link.send(1250, 0);
    link.configure(rate);
    expect(link.send(1250, 0)).toEqual(passed(20 * MS));
  });

  test("without a rate the queue never fills", () => {
    const { counters } = sendAll({ queuePackets: 1, delayMs: 50 }, Array(100).fill(0));
    expect(counters.overflowed).toBe(0);
  });
});

describe("properties", () => {
  const ratio = fc.double({ min: 0, max: 1, noNaN: true });
  const options: fc.Arbitrary<LinkOptions> = fc.integer({ min: 0, max: 50 }).chain((delayMs) =>
    fc.record({
      delayMs: fc.constant(delayMs),
      jitterMs: fc.double({ min: 0, max: delayMs, noNaN: true }),
      lossRatio: ratio,
      burst: fc.record({ enterRatio: ratio, leaveRatio: ratio }),
      duplicateRatio: ratio,
      reorderRatio: ratio,
      rateBitsPerSecond: fc.integer({ min: 100_000, max: 100_000_000 }),
      queuePackets: fc.integer({ min: 1, max: 20 }),
    }),
  );
  const sentNs = fc
    .array(fc.nat(5 * MS), { maxLength: 200, size: "max" })
    .map((gapsNs) => runningSums(gapsNs));

  test("each packet has one fate, and the counters add up", () => {
    fc.assert(
      fc.property(options, sentNs, fc.integer(), (given, moments, seed) => {
        const { fates, arrivalsNs, counters } = sendAll(given, moments, 1250, seed);
        const count = (kind: string): number => fates.filter((fate) => fate.kind === kind).length;
        const { sent, dropped, passed, duplicated } = counters;
        expect({ dropped, passed, duplicated, delivered: counters.delivered }).toEqual({
          dropped: count("dropped"),
          passed: count("passed"),
          duplicated: count("duplicated"),
          delivered: arrivalsNs.flat().length,
        });
        expect([dropped + passed + duplicated, counters.lost + counters.overflowed]).toEqual([
          sent,
          dropped,
        ]);
      }),
    );
  });

  test("nothing arrives sooner than its delay allows", () => {
    fc.assert(
      fc.property(options, sentNs, fc.integer(), (given, moments, seed) => {
        const { arrivalsNs } = sendAll(given, moments, 1250, seed);
        const leastNs = msToNs((given.delayMs ?? 0) - (given.jitterMs ?? 0));
        const tooSoon = arrivalsNs.filter((arrivals, index) =>
          arrivals.some((ns) => ns < (moments[index] ?? 0) + leastNs - 1),
        );
        expect(tooSoon).toEqual([]);
      }),
    );
  });

  test("a receiver counts as many reordered packets by RFC 4737", () => {
    fc.assert(
      fc.property(options, sentNs, fc.integer(), (given, moments, seed) => {
        const { arrivalsNs, counters } = sendAll(given, moments, 1250, seed);
        expect(counters.reordered).toBe(countReordered(arrivalsNs));
      }),
    );
  });

  test("the same seed gives the same fates", () => {
    fc.assert(
      fc.property(options, sentNs, fc.integer(), (given, moments, seed) => {
        expect(sendAll(given, moments, 1250, seed)).toEqual(sendAll(given, moments, 1250, seed));
      }),
    );
  });
});

describe("options out of range are UDP_BAD_OPTION", () => {
  const bad: LinkOptions[] = [
    { delayMs: -1 },
    { delayMs: Number.POSITIVE_INFINITY },
    { delayMs: Number.NaN },
    { jitterMs: 1 },
    { delayMs: 5, jitterMs: 6 },
    { lossRatio: 1.1 },
    { duplicateRatio: -0.1 },
    { reorderRatio: Number.NaN },
    { burst: { enterRatio: 2, leaveRatio: 0 } },
    { burst: { enterRatio: 0, leaveRatio: -1 } },
    { rateBitsPerSecond: 0 },
    { queuePackets: 0 },
    { queuePackets: 1.5 },
  ];

  test.each(bad.map((options) => [Bun.inspect(options, { compact: true }), options] as const))(
    "%s",
    (_, options) => {
      const badOption = expect.objectContaining({ code: "UDP_BAD_OPTION" });
      expect(() => new Link(options, seededRandom(1))).toThrow(badOption);
      expect(() => new Link({}, seededRandom(1)).configure(options)).toThrow(badOption);
    },
  );
});

interface Sent {
  readonly fates: LinkFate[];
  readonly arrivalsNs: (readonly number[])[];
  readonly counters: LinkCounters;
}

function sendAll(
  options: LinkOptions,
  sentNs: readonly number[],
  packetBytes = 100,
  seed = 1,
): Sent {
  const link = new Link(options, seededRandom(seed));
  const fates = sentNs.map((nowNs) => link.send(packetBytes, nowNs));
  const arrivalsNs = fates.map((fate) => (fate.kind === "dropped" ? [] : fate.arrivalsNs));
  return { fates, arrivalsNs, counters: link.counters };
}

function passed(arrivalNs: number): LinkFate {
  return { kind: "passed", arrivalsNs: [arrivalNs] };
}

function countersOf(some: Partial<LinkCounters>): LinkCounters {
  const none = { sent: 0, dropped: 0, lost: 0, overflowed: 0, passed: 0, duplicated: 0 };
  return { ...none, delivered: 0, reordered: 0, ...some };
}

function everyMs(periodMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => msToNs(index * periodMs));
}

function runningSums(gaps: readonly number[]): number[] {
  let sum = 0;
  return gaps.map((gap) => {
    sum += gap;
    return sum;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The lengths of the runs of losses. */
function lossRuns(fates: readonly LinkFate[]): number[] {
  const pattern = fates.map(({ kind }) => (kind === "dropped" ? "x" : ".")).join("");
  return (pattern.match(/x+/g) ?? []).map((run) => run.length);
}

/** RFC 4737 section 3.3, on the first copy of each packet. */
function countReordered(arrivalsNs: readonly (readonly number[])[]): number {
  const firstArrivals = arrivalsNs
    .flatMap(([ns], sequence) => (ns === undefined ? [] : [{ ns, sequence }]))
    .toSorted((one, other) => one.ns - other.ns || one.sequence - other.sequence);
  let next = 0;
  let reordered = 0;
  for (const { sequence } of firstArrivals) {
    if (sequence >= next) next = sequence + 1;
    else reordered++;
  }
  return reordered;
}
