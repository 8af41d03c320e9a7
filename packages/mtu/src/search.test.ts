import { describe, expect, test } from "bun:test";
import type { Probe } from "./probe-ledger.ts";
import type { SearchState } from "./search.ts";
import { PathMtuSearch } from "./search.ts";
import type { PathMtuSearchOptions } from "./search-options.ts";

const SECOND_NS = 1_000_000_000;
const RAISE_NS = 600 * SECOND_NS;

/** A search by the letter, and the hands that carry its probes. */
class Bench {
  readonly search: PathMtuSearch;
  nowNs = 0;

  constructor(options: Partial<PathMtuSearchOptions> = {}) {
    const usual = { minBytes: 68, baseBytes: 1200, maxBytes: 1500, maxProbesAtOnce: 1 };
    this.search = new PathMtuSearch({ ...usual, candidates: [1280, 1400], ...options }, 0);
  }

  send(): readonly Probe[] {
    return this.search.poll(this.nowNs);
  }

  /** Sends and has everything acknowledged after 20 ms that is no larger than the limit. */
  carry(limitBytes: number): number[] {
    const probes = this.send();
    this.nowNs += 20_000_000;
    for (const { id, bytes } of probes) {
      if (bytes <= limitBytes) this.search.acknowledge(id, this.nowNs);
    }
    return probes.map(({ bytes }) => bytes);
  }

  /** As carry, and lets PROBE_TIMER expire where an answer is missing. */
  wait(limitBytes: number): number[] {
    const sizes = this.carry(limitBytes);
    const deadlineNs = this.search.isSearching ? this.search.nextDeadlineNs() : undefined;
    this.nowNs = Math.max(this.nowNs, deadlineNs ?? 0);
    return sizes;
  }

  /** The sizes of probes, one after the other, that nobody answers. */
  lose(count: number): (number | undefined)[] {
    return Array.from({ length: count }, () => {
      const [probe] = this.send();
      this.nowNs = this.search.nextDeadlineNs() ?? this.nowNs;
      return probe?.bytes;
    });
  }

  /** Until the result stands, or for 1000 rounds. */
  settle(limitBytes: number): SearchState {
    for (let round = 0; round < 1000 && this.search.isSearching; round++) this.wait(limitBytes);
    return this.search.state;
  }

  after(ns: number): this {
    this.nowNs += ns;
    return this;
  }

  get summary(): [SearchState, number | undefined] {
    return [this.search.state, this.search.confirmedBytes];
  }
}

describe("the transitions of RFC 8899 section 5.2, by the letter", () => {
  test("disabled, connectivity: a base probe at once, base", () => {
    const bench = new Bench();
    bench.search.loseConnectivity(0);
    const before = [bench.search.state, bench.send(), bench.search.nextDeadlineNs()];
    bench.search.restore(5);
    expect([before, bench.search.state, bench.carry(0)]).toEqual([
      ["disabled", [], undefined],
      "base",
      [1200],
    ]);
  });

  test("any, loss of connectivity: disabled, and what still arrives means nothing", () => {
    for (const rounds of [0, 1, 3, 9]) {
      const bench = new Bench();
      for (let round = 0; round < rounds; round++) bench.wait(1400);
      const [probe] = bench.send();
      bench.search.loseConnectivity(bench.nowNs);
      bench.search.acknowledge(probe?.id ?? 0, bench.nowNs);
      expect(bench.summary).toEqual(["disabled", undefined]);
    }
  });

  test("base, acknowledged: PLPMTU is the base, searching", () => {
    const bench = new Bench();
    bench.carry(1200);
    expect(bench.summary).toEqual(["searching", 1200]);
  });

  test("base, PROBE_TIMER: the base again, after a second each", () => {
    const bench = new Bench();
    const sizes = [bench.wait(0), bench.wait(0)];
    expect([sizes, bench.search.state, bench.nowNs]).toEqual([
      [[1200], [1200]],
      "base",
      2 * SECOND_NS,
    ]);
  });

  test("base, PROBE_TIMER for the third time: error", () => {
    const bench = new Bench();
    bench.lose(3);
    expect([bench.carry(0), bench.summary]).toEqual([[68], ["error", undefined]]);
  });

  test("base, a Packet Too Big below the base: error", () => {
    const bench = new Bench();
    const [probe] = bench.send();
    bench.search.packetTooBig(probe?.id ?? 0, { mtuBytes: 576 }, bench.nowNs);
    expect([bench.search.state, bench.carry(576)]).toEqual(["error", [68]]);
  });

  test("searching, acknowledged: PLPMTU is the probed size, then the next size", () => {
    const bench = new Bench();
    const sizes = [bench.carry(1500), bench.carry(1500), bench.carry(1500)];
    expect([sizes, bench.summary]).toEqual([
      [[1200], [1280], [1400]],
      ["searching", 1400],
    ]);
  });

  test("searching, the maximum acknowledged: search complete, and exact", () => {
    const bench = new Bench();
    bench.settle(1500);
    expect(bench.search).toMatchObject({
      state: "search-complete",
      outcome: { pathMtuBytes: 1500, isExact: true, limitedBy: "maximum", errorProbability: 0 },
    });
  });

  test("searching, PROBE_TIMER: the same size again, after a second or more", () => {
    const bench = new Bench();
    bench.carry(1200);
    const sentNs = bench.nowNs;
    const sizes = [bench.wait(1200), bench.wait(1200)];
    expect([sizes, bench.search.state, bench.nowNs - sentNs >= 2 * SECOND_NS]).toEqual([
      [[1280], [1280]],
      "searching",
      true,
    ]);
  });

  test("searching, PROBE_TIMER for the third time in a row: search complete, and not exact", () => {
    const bench = new Bench();
    bench.carry(1200);
    bench.lose(3);
    bench.send();
    expect(bench.search).toMatchObject({
      state: "search-complete",
      outcome: { pathMtuBytes: 1200, isExact: false },
    });
  });

  test("an acknowledgement sets PROBE_COUNT back to 0", () => {
    const bench = new Bench();
    bench.carry(1200);
    bench.lose(2);
    bench.carry(1500);
    bench.lose(2);
    expect(bench.summary).toEqual(["searching", 1280]);
  });

  test("searching, a Packet Too Big between PLPMTU and the probe: that size is next", () => {
    const bench = new Bench();
    bench.carry(1500);
    const [probe] = bench.send();
    bench.search.packetTooBig(probe?.id ?? 0, { mtuBytes: 1270 }, bench.nowNs);
    expect([bench.summary, bench.carry(1500)]).toEqual([["searching", 1200], [1270]]);
  });

  test("searching, a Packet Too Big of just PLPMTU: search complete", () => {
    const bench = new Bench();
    bench.carry(1500);
    const [probe] = bench.send();
    bench.search.packetTooBig(probe?.id ?? 0, { mtuBytes: 1200 }, bench.nowNs);
    expect(bench.summary).toEqual(["search-complete", 1200]);
  });

  test("searching, a Packet Too Big that does not even refuse the probe: dropped, and recorded", () => {
    const bench = new Bench();
    const [probe] = bench.send();
    bench.search.packetTooBig(probe?.id ?? 0, { mtuBytes: 1200 }, bench.nowNs);
    expect([bench.send(), bench.search.outcome.tooBigReports]).toEqual([
      [],
      [{ quotedBytes: 1200, mtuBytes: 1200, count: 1, claim: "too-large" }],
    ]);
  });

  test.each(["searching", "search-complete"] as const)("%s, black hole: base", (state) => {
    const bench = new Bench();
    bench.carry(1500);
    if (state === "search-complete") bench.settle(1400);
    const before = bench.search.state;
    bench.search.suspectBlackHole(bench.nowNs);
    expect([before, bench.summary, bench.carry(0)]).toEqual([state, ["base", undefined], [1200]]);
  });

  test("search complete: no probes until PMTU_RAISE_TIMER, then searching", () => {
    const bench = new Bench();
    bench.settle(1400);
    const early = bench.after(RAISE_NS - SECOND_NS).send();
    const deadlineNs = bench.search.nextDeadlineNs() ?? 0;
    bench.nowNs = deadlineNs;
    expect([early, bench.carry(1500), bench.summary]).toEqual([
      [],
      [1500],
      ["search-complete", 1500],
    ]);
  });

  test("search complete, CONFIRMATION_TIMER: a probe of PLPMTU; acknowledged, it stays", () => {
    const bench = new Bench({ confirmationIntervalNs: 30 * SECOND_NS });
    bench.settle(1400);
    const sizes = [1, 2].map(() => bench.after(30 * SECOND_NS).carry(1400));
    expect([sizes, bench.send(), bench.summary]).toEqual([
      [[1400], [1400]],
      [],
      ["search-complete", 1400],
    ]);
  });

  test("search complete, CONFIRMATION_TIMER: three lost are a black hole, base", () => {
    const bench = new Bench({ confirmationIntervalNs: 30 * SECOND_NS });
    bench.settle(1400);
    const sizes = bench.after(30 * SECOND_NS).lose(3);
    bench.send();
    expect([sizes, bench.summary]).toEqual([
      [1400, 1400, 1400],
      ["base", undefined],
    ]);
  });

  test("error: the minimum is offered; acknowledged, the search goes on from there", () => {
    const bench = new Bench();
    bench.lose(3);
    const sizes = bench.wait(576);
    expect([sizes, bench.summary]).toEqual([[68], ["searching", 68]]);
  });

  test("error, the base acknowledged late: searching", () => {
    const bench = new Bench();
    const [probe] = bench.send();
    bench.after(SECOND_NS).lose(2);
    bench.send();
    expect(bench.search.state).toBe("error");
    bench.search.acknowledge(probe?.id ?? 0, bench.nowNs);
    expect(bench.summary).toEqual(["searching", 1200]);
  });

  test("error, the minimum unconfirmed: disabled, after six seconds in all", () => {
    const bench = new Bench();
    const sizes = bench.lose(6);
    bench.send();
    expect([sizes, bench.search.state, bench.nowNs, bench.search.outcome.pathMtuBytes]).toEqual([
      [1200, 1200, 1200, 68, 68, 68],
      "disabled",
      6 * SECOND_NS,
      undefined,
    ]);
  });
});

describe("in parallel", () => {
  const parallel = { maxProbesAtOnce: 12 };

  test("nothing at all: six bursts, of which the later ones ask for less", () => {
    const bench = new Bench(parallel);
    const bursts = Array.from({ length: 6 }, () => bench.wait(0));
    bench.send();
    expect([bursts[0], bursts[1], bursts[3], bench.search.state, bench.nowNs]).toEqual([
      [1200, 1400, 1480, 1500],
      [1200, 1200, 1200, 1400, 1480, 1500],
      [68, 68, 68, 1200],
      "disabled",
      6 * SECOND_NS,
    ]);
  });

  test("an answer that comes after the size was refuted raises the result, once", () => {
    const bench = new Bench(parallel);
    const late: Probe[] = [];
    while (bench.search.isSearching) {
      const probes = bench.send();
      bench.after(20_000_000);
      late.push(...probes.filter(({ bytes }) => bytes === 1401));
      for (const { id, bytes } of probes) {
        if (bytes <= 1400) bench.search.acknowledge(id, bench.nowNs);
      }
      bench.nowNs = bench.search.nextDeadlineNs() ?? bench.nowNs;
    }
    const before = bench.summary;
    bench.search.acknowledge(late[0]?.id ?? 0, bench.nowNs);
    expect([before, bench.summary]).toEqual([
      ["search-complete", 1400],
      ["searching", 1401],
    ]);
  });

  test("duplicates of an acknowledgement count once", () => {
    const bench = new Bench(parallel);
    const [probe] = bench.send();
    for (let copy = 0; copy < 9; copy++) bench.search.acknowledge(probe?.id ?? 0, 5);
    expect(bench.search.outcome.loss).toEqual({ arrivedCount: 1, lostCount: 0 });
  });

  test("answers that nobody asked for mean nothing", () => {
    const bench = new Bench(parallel);
    for (const id of [-1, 0, 77]) {
      bench.search.acknowledge(id, 0);
      bench.search.packetTooBig(id, { mtuBytes: 100 }, 0);
      bench.search.refusedLocally(id, 100, 0);
    }
    expect([bench.summary, bench.search.outcome.tooBigReports]).toEqual([["base", undefined], []]);
  });

  test("a burst without any answer refutes nothing", () => {
    const bench = new Bench(parallel);
    bench.carry(1500);
    bench.search.suspectBlackHole(bench.nowNs);
    bench.wait(1200);
    bench.wait(0);
    bench.wait(0);
    expect(bench.search.outcome).toMatchObject({ pathMtuBytes: 1200, refutedBytes: 1400 });
  });

  test("an interface with a smaller MTU is the maximum, and its refusals are no probes", () => {
    const bench = new Bench({ ...parallel, maxBytes: 9000 });
    for (const { id, bytes } of bench.send()) {
      if (bytes > 1450) bench.search.refusedLocally(id, 1450, 0);
      else bench.search.acknowledge(id, 20_000_000);
    }
    bench.nowNs = 20_000_000;
    bench.settle(1450);
    expect(bench.search.outcome).toMatchObject({
      pathMtuBytes: 1450,
      isExact: true,
      limitedBy: "maximum",
      probeCount: 4,
      loss: { arrivedCount: 4, lostCount: 0 },
    });
  });

  test("an interface with less than the minimum ends the search", () => {
    const bench = new Bench({ ...parallel, minBytes: 1280, baseBytes: 1280 });
    for (const { id } of bench.send()) bench.search.refusedLocally(id, 1000, 0);
    expect(bench.summary).toEqual(["disabled", undefined]);
  });

  test("a search that has used up its probes stops, and says that it is not exact", () => {
    const bench = new Bench({ ...parallel, maxProbeCount: 10 });
    const state = bench.settle(1437);
    expect([state, bench.search.outcome]).toEqual([
      "search-complete",
      expect.objectContaining({ pathMtuBytes: 1401, isExact: false, limitedBy: undefined }),
    ]);
  });

  test("a Packet Too Big below the base leaves the error state its three tries", () => {
    const bench = new Bench(parallel);
    for (const { id } of bench.send()) bench.search.packetTooBig(id, { mtuBytes: 576 }, 5);
    bench.lose(3);
    bench.send();
    const before = bench.search.state;
    bench.lose(1);
    bench.send();
    expect([before, bench.search.state]).toEqual(["error", "disabled"]);
  });

  test("the raise timer forgets the limit of the interface too", () => {
    const bench = new Bench(parallel);
    for (const { id, bytes } of bench.send()) {
      if (bytes > 1400) bench.search.refusedLocally(id, 1400, 0);
      else bench.search.acknowledge(id, 5);
    }
    const before = bench.summary;
    bench.after(RAISE_NS + SECOND_NS).settle(1500);
    bench.carry(1500);
    expect([before, bench.summary]).toEqual([
      ["search-complete", 1400],
      ["search-complete", 1500],
    ]);
  });
});
