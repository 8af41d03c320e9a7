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
      "512 requests, one after another (seed 7)",
      "Each way the link loses 10 %, doubles 25 % of the rest and takes 20 ms ± 5 ms",
      "",
      "                       original  rfc6298",
      "success                 97.66 %   0.78 %",
      "  expected              99.98 %  ≈1.00 %",
      "tries per request          1.25     1.00",
      "  expected                 1.23    ≈5.85",
      "datagrams per request      2.38     1.01",
      "answered after, p50       40 ms        –",
      "                p99      141 ms        –",
      "                max      141 ms      2 s",
      "spurious tries            1,234        0",
    ]);
  });

  test("says less of a link that does less", () => {
    const link = { lossRatio: 0.125, delayMs: 20, jitterMs: 0, duplicateRatio: 0 };
    const lines = simulationReport({ ...SIMULATION, requestCount: 1, link })
      .text()
      .split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "1 request (seed 7)",
      "Each way the link loses 12.5 % and takes 20 ms",
    ]);
  });

  test("in its details: what the rows are, which figures are doubtful, and plots", () => {
    const lines = simulationDetails(SIMULATION).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "expected        by the closed form, from loss, tries and waits alone",
        "≈ rfc6298: a wait may end before or after an answer comes",
        "≈ rfc6298: waits may outlast the time for sending again: fewer tries",
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
