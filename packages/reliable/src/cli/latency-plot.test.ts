import { describe, expect, test } from "bun:test";
import { latencyPlots, timeAxis } from "./latency-plot.ts";

function latencies(...ms: number[]): Float64Array {
  return Float64Array.from(ms);
}

describe("the time axis", () => {
  test.each([
    ["spans all lists", [latencies(30, 40), latencies(200)], { firstExponent: 1, decades: 2 }],
    ["holds a power of ten at its end", [latencies(20, 100)], { firstExponent: 1, decades: 1 }],
    ["begins below a power of ten", [latencies(100)], { firstExponent: 1, decades: 1 }],
    ["is no matter of what took no time", [latencies(0, 0.5)], { firstExponent: -1, decades: 1 }],
    ["is none where nothing took time", [latencies(0), latencies()], undefined],
  ])("%s", (_title, lists, axis) => {
    expect(timeAxis(lists)).toEqual(axis);
  });
});

test("a plot for each schedule over the same axis", () => {
  const plotted = [
    { name: "quick", latenciesMs: latencies(20, 20, 20, 20) },
    { name: "slow", latenciesMs: latencies(20, 20, 500) },
  ];
  expect(latencyPlots(plotted, 4)).toEqual([
    "quick",
    "100 %┼         ╭──────────────────────────────────────────────────",
    " 75 %┤         │",
    " 50 %┤         │",
    " 25 %┤         │",
    "  0 %┼─────────╯",
    "slow",
    "100 %┼",
    " 75 %┤                                                  ╭─────────",
    " 50 %┤         ╭────────────────────────────────────────╯",
    " 25 %┤         │",
    "  0 %┼─────────╯",
    "     10 ms                         100 ms                        1 s",
  ]);
});

test("no plot where nothing was answered", () => {
  expect(latencyPlots([{ name: "none", latenciesMs: latencies() }], 4)).toEqual([]);
});
