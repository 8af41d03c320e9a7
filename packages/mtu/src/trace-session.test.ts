import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { ModelHop, ModelRun, PathModel } from "../test/path-model.ts";
import { runTrace } from "../test/path-model.ts";
import type { TraceOptions } from "./trace-options.ts";
import { TraceSession } from "./trace-session.ts";

const IPV4 = { family: 4 } as const;

/** Hops 192.0.2.1, 192.0.2.2 …, by the MTU of the link to each. */
function hopsOf(mtus: readonly number[], change: (hop: number) => Partial<ModelHop> = () => ({})) {
  return mtus.map((mtuBytes, index) => {
    const address = `192.0.2.${index + 1}`;
    return { addresses: [address], mtuBytes, ...change(index + 1) };
  });
}

/** As {@link hopsOf}, of routers that say what they cannot pass on. */
function honestHops(mtus: readonly number[]): ModelHop[] {
  return hopsOf(mtus, (hop) => ({
    tooBig: { from: `192.0.2.${hop}`, mtuBytes: mtus[hop] ?? 0 },
  }));
}

function trace(
  hops: readonly ModelHop[],
  options: Partial<TraceOptions> = {},
  path: Partial<PathModel> = {},
): ModelRun {
  const session = new TraceSession({ ...IPV4, ...options });
  return runTrace(session, {
    hops,
    hopDelayMs: 5,
    lossRatio: 0,
    random: seededRandom(1),
    ...path,
  });
}

const LARGE = { largePacketBytes: 1500 };

describe("small probes", () => {
  test("name each hop, and measure it", () => {
    const { result } = trace(hopsOf([1500, 1500]));
    const hop = { sentCount: 3, answeredCount: 3, answeredPacketBytes: 68 };
    expect(result).toEqual({
      hops: [
        {
          hop: 1,
          addresses: ["192.0.2.1"],
          rttsMs: [10, 10, 10],
          ...hop,
          mtuBeyondBytes: undefined,
        },
        {
          hop: 2,
          addresses: ["192.0.2.2"],
          rttsMs: [20, 20, 20],
          ...hop,
          mtuBeyondBytes: undefined,
        },
      ],
      end: "reached",
      largePacketBytes: undefined,
      vanishingPoint: undefined,
    });
  });

  test("30 silent hops take 3 s", () => {
    const silent = hopsOf(Array(31).fill(1500), () => ({ isSilent: true }));
    const { result, probes, elapsedMs } = trace(silent, LARGE);
    expect({ end: result.end, hops: result.hops.length, sent: probes.length, elapsedMs }).toEqual({
      end: "silent",
      hops: 30,
      sent: 90,
      elapsedMs: 3000 - 20,
    });
  });

  test("a clear path of ten hops takes about a second, and five probes a hop at most", () => {
    const { elapsedMs, probes } = trace(hopsOf(Array(10).fill(1500)), LARGE);
    expect({ isShort: elapsedMs < 1200, isSparing: probes.length <= 50 }).toEqual({
      isShort: true,
      isSparing: true,
    });
  });

  test("several addresses at one hop", () => {
    const hops = hopsOf([1500, 1500, 1500], (hop) =>
      hop === 2 ? { addresses: ["198.51.100.1", "198.51.100.2"] } : {},
    );
    const { result } = trace(hops, { probesPerHop: 10 });
    expect(result.hops[1]?.addresses.toSorted()).toEqual(["198.51.100.1", "198.51.100.2"]);
  });

  test("an answer counts for as long as the trace goes on", () => {
    const { result } = trace(hopsOf([1500]), {}, { hopDelayMs: 600 });
    expect(result.hops[0]?.rttsMs).toEqual([1200, 1200]);
  });

  test("a router that gives up is the end", () => {
    const hops = hopsOf([1500, 1500, 1500, 1500], (hop) => ({ isDeadEnd: hop === 2 }));
    const { result } = trace(hops);
    expect([result.end, result.hops.at(-1)?.addresses]).toEqual(["unreachable", ["192.0.2.2"]]);
  });

  test("a far end that answers only later probes is found at its own hop", () => {
    const session = new TraceSession({ ...IPV4, spacingMs: 0, maxHops: 3, timeoutMs: 100 });
    for (let count = 0; count < 3; count++) session.poll(0);
    session.receive({ kind: "reached", probeId: 2, from: "192.0.2.9" }, 1);
    const again = [session.poll(1e8), session.poll(1e8)];
    session.receive({ kind: "reached", probeId: 4, from: "192.0.2.9" }, 2e8);
    expect([again.map((probe) => probe?.hopLimit), session.result().hops.length]).toEqual([
      [1, 2],
      2,
    ]);
  });

  test("the far end outweighs a router that gave up", () => {
    const session = new TraceSession({ ...IPV4, spacingMs: 0 });
    for (let count = 0; count < 5; count++) session.poll(0);
    session.receive({ kind: "unreachable", probeId: 1, from: "192.0.2.2" }, 1);
    session.receive({ kind: "reached", probeId: 4, from: "192.0.2.9" }, 2);
    session.receive({ kind: "unreachable", probeId: 2, from: "192.0.2.2" }, 3);
    const { end, hops } = session.result();
    expect([end, hops.length]).toEqual(["reached", 5]);
  });

  test("strange and repeated answers change nothing", () => {
    const session = new TraceSession({ ...IPV4, spacingMs: 0 });
    session.poll(0);
    for (const probeId of [0, 0, 1, -1, 0.5, Number.NaN]) {
      session.receive({ kind: "time-exceeded", probeId, from: "192.0.2.1" }, 1);
    }
    expect(session.result().hops.map(({ answeredCount }) => answeredCount)).toEqual([
      1,
      ...Array(29).fill(0),
    ]);
  });
});

describe("large probes", () => {
  test("pass, and that is all", () => {
    const { result } = trace(hopsOf([1500, 1500, 1500]), LARGE);
    const { largePacketBytes, vanishingPoint } = result;
    expect([largePacketBytes, vanishingPoint, result.hops.at(-1)?.answeredPacketBytes]).toEqual([
      1500,
      undefined,
      1500,
    ]);
  });

  test("are lowered to what the routers say", () => {
    const { result } = trace(honestHops([1500, 1400, 1280, 1500]), LARGE);
    expect({
      ...result,
      hops: result.hops.map(({ mtuBeyondBytes, answeredPacketBytes }) => [
        answeredPacketBytes,
        mtuBeyondBytes,
      ]),
    }).toEqual({
      hops: [
        [1500, 1400],
        [1400, 1280],
        [1280, undefined],
        [1280, undefined],
      ],
      end: "reached",
      largePacketBytes: 1280,
      vanishingPoint: undefined,
    });
  });

  test("a router that speaks from another address is the one before what it kept back", () => {
    const hops = hopsOf([1500, 1500, 1400, 1400], (hop) =>
      hop === 2 ? { tooBig: { from: "203.0.113.7", mtuBytes: 1400 } } : {},
    );
    const { result } = trace(hops, LARGE);
    expect(result.hops.map(({ mtuBeyondBytes }) => mtuBeyondBytes)).toEqual([
      undefined,
      1400,
      undefined,
      undefined,
    ]);
  });

  test("small ones may be too big as well", () => {
    const { result } = trace(honestHops([1500, 576, 100]), { ...LARGE, packetBytes: 1280 });
    const { hops, end, largePacketBytes } = result;
    expect([hops.map(({ sentCount }) => sentCount), end, largePacketBytes]).toEqual([
      [3, 3, 3],
      "reached",
      100,
    ]);
  });

  test.each([
    ["the first link", [1400, 1500, 1500], [], { afterHop: 0, beforeHop: 1, unansweredCount: 9 }],
    [
      "one in the middle",
      [1500, 1500, 1400],
      [],
      { afterHop: 2, beforeHop: 3, unansweredCount: 3 },
    ],
    [
      "one of two, a hop between being silent",
      [1500, 1400, 1500, 1500],
      [2],
      { afterHop: 1, beforeHop: 3, unansweredCount: 6 },
    ],
    ["one before a silent end", [1500, 1400, 1500], [3], { afterHop: 1, beforeHop: 2 }],
    ["one with nobody behind it", [1500, 1400], [2], undefined],
  ] as const)("vanish at %s", (_, mtus, silent: readonly number[], expected) => {
    const hops = hopsOf(mtus, (hop) => ({ isSilent: silent.includes(hop) }));
    const { vanishingPoint } = trace(hops, LARGE).result;
    if (expected === undefined) expect(vanishingPoint).toBeUndefined();
    else expect(vanishingPoint).toMatchObject(expected);
  });

  test.each([
    ["below the minimum", 67],
    ["not smaller than the packet", 1500],
    ["nothing at all", 0],
  ])("a Packet Too Big that says %s is not believed", (_, mtuBytes) => {
    const hops = hopsOf([1500, 1400], () => ({ tooBig: { from: "192.0.2.1", mtuBytes } }));
    const { largePacketBytes, vanishingPoint, hops: shown } = trace(hops, LARGE).result;
    expect([largePacketBytes, vanishingPoint?.afterHop, shown[0]?.mtuBeyondBytes]).toEqual([
      1500,
      1,
      undefined,
    ]);
  });

  test("a router that lowers its word for ever is not followed for ever", () => {
    const session = new TraceSession({ ...IPV4, ...LARGE, spacingMs: 0 });
    let sentCount = 0;
    for (let nowNs = 0; !session.isOver; nowNs = session.nextDeadlineNs()) {
      for (let probe = session.poll(nowNs); probe; probe = session.poll(nowNs)) {
        sentCount++;
        const { id: probeId, packetBytes, hopLimit } = probe;
        const from = `192.0.2.${hopLimit}`;
        if (packetBytes === 68) session.receive({ kind: "time-exceeded", probeId, from }, nowNs);
        const mtuBytes = packetBytes - 1;
        session.receive({ kind: "packet-too-big", probeId, from, mtuBytes }, nowNs);
      }
    }
    expect([session.result().largePacketBytes, sentCount < 500]).toEqual([1470, true]);
  });

  test("nothing vanishes for certain while an answer may come", () => {
    const session = new TraceSession({ ...IPV4, ...LARGE, spacingMs: 0, maxHops: 1 });
    session.poll(0);
    session.receive({ kind: "time-exceeded", probeId: 0, from: "192.0.2.1" }, 1);
    expect([session.poll(2)?.packetBytes, session.result().vanishingPoint]).toEqual([
      1500,
      undefined,
    ]);
  });

  test("a router that refuses the large ones alone is not the end", () => {
    const session = new TraceSession({ ...IPV4, ...LARGE, spacingMs: 0, maxHops: 2 });
    for (const nowNs of [0, 0]) session.poll(nowNs);
    session.receive({ kind: "time-exceeded", probeId: 0, from: "192.0.2.1" }, 1);
    const large = session.poll(2);
    session.receive({ kind: "unreachable", probeId: large?.id ?? -1, from: "192.0.2.1" }, 3);
    const { end, hops } = session.result();
    expect([large?.packetBytes, end, hops.length]).toEqual([1500, "silent", 2]);
  });

  test("routers that answer as seldom as Linux does are told from silent ones", () => {
    const hops = hopsOf([1500, 1500, 1500, 1400, 1500], () => ({ burst: 6 }));
    expect(trace(hops, LARGE).result.vanishingPoint).toMatchObject({ afterHop: 3, beforeHop: 4 });
  });
});

test.each([
  { maxHops: 0 },
  { maxHops: 256 },
  { probesPerHop: 0 },
  { timeoutMs: 0 },
  { spacingMs: -1 },
  { packetBytes: 27 },
  { packetBytes: 65_536 },
  { packetBytes: 1280, largePacketBytes: 1279 },
])("refused: %p", (options) => {
  expect(() => new TraceSession({ ...IPV4, ...options })).toThrow(
    expect.objectContaining({ code: "UDP_BAD_OPTION" }),
  );
});

interface Terrain {
  readonly mtus: readonly number[];
  readonly silent: readonly boolean[];
  readonly burst: number;
  readonly seed: number;
}

const terrain: fc.Arbitrary<Terrain> = fc.record({
  mtus: fc.array(fc.constantFrom(1500, 1500, 1500, 1400, 1280, 576), {
    minLength: 1,
    maxLength: 20,
  }),
  silent: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  burst: fc.constantFrom(6, Number.POSITIVE_INFINITY),
  seed: fc.nat(),
});

function terrainHops({ mtus, silent, burst }: Terrain): ModelHop[] {
  return hopsOf(mtus, (hop) => ({ burst, isSilent: silent[hop - 1] ?? false }));
}

/** What can be known of a path whose routers do not say what is too large. */
function truth({ mtus, silent }: Terrain) {
  const narrow = mtus.findIndex((mtuBytes) => mtuBytes < 1500);
  const answering = mtus.flatMap((_, index) => (silent[index] ? [] : [index + 1]));
  const before = narrow < 0 ? [] : answering.filter((hop) => hop > narrow);
  const afterHop = narrow < 0 ? mtus.length : (answering.findLast((hop) => hop <= narrow) ?? 0);
  return { answering, afterHop, beforeHop: before[0] };
}

test.each([0.05, 0.1, 0.2])(
  "%d lost each way: the far end is at its hop, not behind it",
  (lossRatio) => {
    const counts = Array.from({ length: 500 }, (_, seed) => {
      const path = { lossRatio, random: seededRandom(seed) };
      return trace(hopsOf([1500, 1500, 1500]), {}, path).result.hops.length;
    });
    expect(counts.filter((count) => count !== 3).length).toBeLessThanOrEqual(10);
  },
);

describe("property", () => {
  test("without loss every hop that speaks is found, and where large packets vanish", () => {
    fc.assert(
      fc.property(terrain, (ground) => {
        const { answering, afterHop, beforeHop } = truth(ground);
        const path = { random: seededRandom(ground.seed) };
        const { hops, vanishingPoint } = trace(terrainHops(ground), LARGE, path).result;
        const found = hops.filter(({ answeredCount }) => answeredCount > 0).map(({ hop }) => hop);
        expect(found).toEqual(answering);
        if (beforeHop === undefined) expect(vanishingPoint).toBeUndefined();
        else expect(vanishingPoint).toMatchObject({ afterHop, beforeHop });
      }),
    );
  });

  test("routers that speak are followed to the path MTU", () => {
    fc.assert(
      fc.property(terrain, fc.double({ min: 0, max: 0.3, noNaN: true }), (ground, lossRatio) => {
        const path = { lossRatio, random: seededRandom(ground.seed) };
        const { result } = trace(honestHops(ground.mtus), LARGE, path);
        const told = result.largePacketBytes ?? 0;
        expect(told).toBeGreaterThanOrEqual(Math.min(1500, ...ground.mtus));
        if (result.hops.at(-1)?.answeredPacketBytes === told) {
          expect(told).toBe(Math.min(1500, ...ground.mtus));
        }
      }),
    );
  });

  test("with loss it ends in time, invents nothing, and never puts the narrow link too far", () => {
    fc.assert(
      fc.property(terrain, fc.double({ min: 0, max: 0.9, noNaN: true }), (ground, lossRatio) => {
        const { answering, afterHop } = truth(ground);
        const path = { lossRatio, random: seededRandom(ground.seed) };
        const { result, elapsedMs } = trace(terrainHops(ground), LARGE, path);
        const found = result.hops.filter(({ answeredCount }) => answeredCount > 0);
        expect({
          isInTime: elapsedMs < 15_000,
          invented: found.filter(
            ({ hop }) => !answering.includes(hop) && hop <= ground.mtus.length,
          ),
          isTooFar: (result.vanishingPoint?.afterHop ?? 0) > afterHop,
        }).toEqual({ isInTime: true, invented: [], isTooFar: false });
      }),
    );
  });
});
