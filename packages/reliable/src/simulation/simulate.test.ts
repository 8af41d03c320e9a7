import { expect, test } from "bun:test";
import { PRESETS } from "../retransmission.ts";
import { simulateRequests } from "./simulate.ts";

const LINK = { delayMs: 100 };

test("requests come at their interval: those that the window has room for wait for nothing", () => {
  const { latenciesMs } = simulateRequests({
    retransmission: { backoff: { initialMs: 1000 }, window: PRESETS["low-latency"].window ?? {} },
    link: LINK,
    requestCount: 100,
    intervalMs: 20,
    seed: 1,
  });
  expect([latenciesMs.length, latenciesMs[0], latenciesMs[99]]).toEqual([100, 200, 200]);
});

test("the wait for room counts: every fifth of a round trip one more, and room for one", () => {
  const { latenciesMs } = simulateRequests({
    retransmission: {
      backoff: { initialMs: 1000 },
      window: { initialRequests: 1, maxRequests: 1 },
    },
    link: LINK,
    requestCount: 5,
    intervalMs: 40,
    seed: 1,
  });
  expect([...latenciesMs]).toEqual([200, 360, 520, 680, 840]);
});
