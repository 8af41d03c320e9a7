import { expect, test } from "bun:test";
import type { ProbePlanOptions } from "./plan.ts";
import { probePlan } from "./plan.ts";

test("probePlan fills in what fits an ordinary look at a path", () => {
  expect(probePlan({})).toEqual({
    protocol: "auto",
    key: undefined,
    count: 300,
    intervalMs: 10,
    schedule: "fixed",
    burstSize: 1,
    durationMs: undefined,
    payloadBytes: 64,
    fill: "zero",
    hopLimit: undefined,
    dscp: undefined,
    dontFragment: false,
    waitMs: undefined,
    lateAfterMs: 1000,
    answerTimeoutMs: 5000,
  });
  expect(probePlan({ durationMs: 10 }).count).toBe(10_000_000);
});

test("probePlan refuses what makes no plan", () => {
  const bad: ProbePlanOptions[] = [
    { count: 0 },
    { count: 10_000_001 },
    { intervalMs: 0.049 },
    { burstSize: 1001 },
    { durationMs: 0 },
    { durationMs: 100_000_001 },
    { durationMs: 100_000_000, burstSize: 2 },
    { payloadBytes: 39 },
    { payloadBytes: 19, protocol: "echo" },
    { payloadBytes: 43, protocol: "stamp" },
    { payloadBytes: 111, protocol: "stamp", key: new Uint8Array(16) },
    { protocol: "stamp", key: new Uint8Array(15) },
    { key: new Uint8Array(16) },
    { protocol: "probe", key: new Uint8Array(16) },
    { payloadBytes: 65_508 },
    { hopLimit: 0 },
    { dscp: 64 },
    { waitMs: -1 },
    { lateAfterMs: 0 },
    { answerTimeoutMs: Number.NaN },
    { fill: new Uint8Array() },
  ];
  for (const options of bad) {
    expect(() => probePlan(options)).toThrow(expect.objectContaining({ code: "UDP_BAD_OPTION" }));
  }
  expect(probePlan({ durationMs: 100_000_000 }).count).toBe(10_000_000);
  expect(probePlan({ durationMs: 100_000_001, count: 7 }).count).toBe(7);
  expect(probePlan({ payloadBytes: 20, protocol: "echo" }).payloadBytes).toBe(20);
});
