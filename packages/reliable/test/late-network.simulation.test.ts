import { describe, expect, test } from "bun:test";
import { LateExchange } from "./late-network/late-exchange.ts";

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
const REQUESTS = 20;

function run(clientLifetimeMs: number, serverLifetimeMs = clientLifetimeMs) {
  return SEEDS.map((seed) =>
    new LateExchange({ seed, clientLifetimeMs, serverLifetimeMs, requestCount: REQUESTS }).run(),
  );
}

describe.each([110_000, 150_000, 247_000])("remembered for %i ms", (lifetimeMs) => {
  test("at most once, no wrong answer, and an end, however late the network is", () => {
    const results = run(lifetimeMs);
    const bad = results.filter(
      ({ settledCount, executionCounts, wrongCount }) =>
        settledCount !== REQUESTS || wrongCount > 0 || Math.max(...executionCounts) > 1,
    );
    expect(bad).toEqual([]);
  });
});

test("a server that remembers for less than its clients believe carries requests out twice", () => {
  const results = run(247_000, 110_000);
  expect(Math.max(...results.flatMap(({ executionCounts }) => executionCounts))).toBeGreaterThan(1);
});
