import { describe, expect, test } from "bun:test";
import { safeParse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { Simulation } from "./simulation-rendering.ts";
import { simulationDetails, simulationReport } from "./simulation-rendering.ts";

const LATENCIES_MS = Float64Array.from([...new Array(400).fill(40), ...new Array(100).fill(140.5)]);

const SIMULATION: Simulation = {
  requestCount: 512,
  link: { lossRatio: 0.1, delayMs: 20, jitterMs: 5, duplicateRatio: 0.25 },
  seed: 7,
  schedules: [
    {
      preset: "original",
      result: {
        requestCount: 512,
        answeredCount: 500,
        latenciesMs: LATENCIES_MS,
        sentCount: 640,
        spuriousCount: 1234,
        executedCount: 505,
        answerCount: 576,
      },
      expected: {
        attempts: 5,
        roundTripLossRatio: 0.19,
        successRatio: 0.999_75,
        meanAttempts: 1.2343,
        doubts: [],
      },
    },
    {
      preset: "rfc6298",
      result: {
        requestCount: 512,
        answeredCount: 4,
        latenciesMs: Float64Array.of(40, 40, 40, 2000),
        sentCount: 512,
        spuriousCount: 0,
        executedCount: 4,
        answerCount: 4,
      },
      expected: {
        attempts: 6,
        roundTripLossRatio: 0.99,
        successRatio: 0.01,
        meanAttempts: 5.85,
        doubts: ["short-waits", "long-waits"],
      },
    },
  ],
};

describe("a simulation", () => {
  test("as a table", () => {
    expect(simulationReport(SIMULATION).text().split("\n")).toEqual([
      "512 requests, one after another, over a link that loses 10 %, doubles 25 % of the rest and takes 20 ms ± 5 ms, each way (seed 7)",
      "",
      "schedule  success  expected  tries  expected  datagrams    p50     p99     max  spurious",
      "original  97.66 %   99.98 %   1.25      1.23       2.38  40 ms  141 ms  141 ms     1,234",
      "rfc6298    0.78 %   ≈1.00 %   1.00     ≈5.85       1.01      –       –     2 s         0",
    ]);
  });

  test("says less of a link that does less", () => {
    const link = { lossRatio: 0.125, delayMs: 20, jitterMs: 0, duplicateRatio: 0 };
    const [title] = simulationReport({ ...SIMULATION, requestCount: 1, link })
      .text()
      .split("\n");
    expect(title).toBe(
      "1 request, over a link that loses 12.5 % and takes 20 ms, each way (seed 7)",
    );
  });

  test("in its details: what the columns are, which figures are doubtful, and plots", () => {
    const lines = simulationDetails(SIMULATION).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "expected   by the closed form, from loss and tries alone",
        "≈ rfc6298: a wait may be shorter than a round trip, and then tries are made in vain",
        "≈ rfc6298: its waits can grow until a request may not be sent again, after fewer tries",
        "Answered within, of all requests:",
        "original",
        "rfc6298",
      ]),
    );
    expect(lines.at(-1)).toMatch(/^ +10 ms +100 ms +1 s +10 s$/);
  });

  test("as a document", () => {
    const document = simulationReport(SIMULATION).document();
    expect(safeParse(documentSchemas.simulation, document).issues).toBeUndefined();
    expect(document).toMatchObject({
      requestCount: 512,
      seed: 7,
      link: { lossRatio: 0.1, delayMs: 20, jitterMs: 5, duplicateRatio: 0.25 },
      schedules: [
        {
          preset: "original",
          answeredCount: 500,
          successRatio: 500 / 512,
          meanAttempts: 1.25,
          datagramsPerRequest: 2.375,
          spuriousCount: 1234,
          latency: { p50Ms: 40, p99Ms: 140.5, maxMs: 140.5 },
          expected: { attempts: 5, successRatio: 0.999_75, meanAttempts: 1.2343, doubts: [] },
          answeredWithin: [
            { ms: 10, ratio: 0 },
            { ms: 20, ratio: 0 },
            { ms: 50, ratio: 400 / 512 },
            { ms: 100, ratio: 400 / 512 },
            { ms: 200, ratio: 500 / 512 },
            { ms: 500, ratio: 500 / 512 },
            { ms: 1000, ratio: 500 / 512 },
            { ms: 2000, ratio: 500 / 512 },
            { ms: 5000, ratio: 500 / 512 },
            { ms: 10_000, ratio: 500 / 512 },
          ],
        },
        { preset: "rfc6298", latency: { p50Ms: null, p99Ms: null, maxMs: 2000 } },
      ],
    });
  });
});
