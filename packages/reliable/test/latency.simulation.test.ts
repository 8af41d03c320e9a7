import { expect, test } from "bun:test";
import type { LinkOptions } from "@udp/core/simulation";
import type { PresetName } from "../src/retransmission.ts";
import { PRESETS } from "../src/retransmission.ts";
import { simulateRequests } from "../src/simulation/simulate.ts";

// The scenario of KCP's own test program (test.cpp): a round trip is lost with 10 % and takes 60 to
// 125 ms, and a message of 8 bytes is sent every 20 ms, 1000 in all; here each is a request. KCP's
// fast mode, run again: 135 ms on average, 341 ms at most, 1323 datagrams by the side that asks.
// KCP deals its losses evenly, 5 in each 100 datagrams; here chance does.

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);
const REQUESTS = 1000;
const LINK: LinkOptions = { delayMs: 46.25, jitterMs: 16.25, lossRatio: 1 - Math.sqrt(0.9) };
const KCP = { meanMs: 135, sentCount: 1323 };

interface Run {
  readonly meanMs: number;
  readonly maxMs: number;
  readonly sentCount: number;
}

function run(preset: PresetName, seed: number): Run {
  const { answeredCount, latenciesMs, sentCount } = simulateRequests({
    retransmission: PRESETS[preset],
    link: LINK,
    requestCount: REQUESTS,
    intervalMs: 20,
    payloadBytes: 8,
    seed,
  });
  expect(answeredCount).toBe(REQUESTS);
  const meanMs = latenciesMs.reduce((sum, ms) => sum + ms, 0) / REQUESTS;
  return { meanMs, maxMs: latenciesMs.at(-1) ?? Number.NaN, sentCount };
}

/** Minimum, median, 90th percentile and maximum over the seeds. */
function spread(values: readonly number[]): readonly number[] {
  const ascending = values.toSorted((one, other) => one - other);
  return [0, 50, 90, 99].map((index) => Math.round(ascending[index] ?? Number.NaN));
}

function spreads(runs: readonly Run[]): Record<keyof Run, readonly number[]> {
  return {
    meanMs: spread(runs.map(({ meanMs }) => meanMs)),
    maxMs: spread(runs.map(({ maxMs }) => maxMs)),
    sentCount: spread(runs.map(({ sentCount }) => sentCount)),
  };
}

test("low-latency: sooner than KCP on average, with fewer datagrams, whatever the seed", () => {
  const runs = SEEDS.map((seed) => run("low-latency", seed));
  const missed = runs.filter(
    ({ meanMs, sentCount }) => meanMs > KCP.meanMs || sentCount >= KCP.sentCount,
  );
  expect(missed).toEqual([]);
  expect(spreads(runs)).toMatchSnapshot();
});

test("rfc6298: as few datagrams, and requests that wait for their turn", () => {
  const runs = SEEDS.map((seed) => run("rfc6298", seed));
  expect(spreads(runs)).toMatchSnapshot();
});
