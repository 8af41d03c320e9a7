import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ipdvOf } from "./ipdv.ts";

const LOST = Number.NaN;

describe("IPDV", () => {
  test.each([
    ["of neighbours, with its sign", [50, 52, 49, 55, 51, 50], [2, -3, 6, -4, -1]],
    ["not across a loss", [50, LOST, 49, 55, LOST, LOST, 50, 40], [6, -10]],
    ["of one there is none", [50], []],
    ["of nothing there is none", [], []],
    ["of losses there is none", [LOST, 7, LOST], []],
  ])("%s", (_title, delaysNs, differencesNs) => {
    expect(ipdvOf(Float64Array.from(delaysNs))).toEqual(Float64Array.from(differencesNs));
  });

  const delayLists = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: LOST }));

  test("property: as the definition says", () => {
    fc.assert(
      fc.property(delayLists, (delaysNs) => {
        const differences = delaysNs
          .slice(1)
          .map((delay, index) => delay - (delaysNs[index] ?? LOST));
        const defined = differences.filter((difference) => !Number.isNaN(difference));
        expect(ipdvOf(Float64Array.from(delaysNs))).toEqual(Float64Array.from(defined));
      }),
    );
  });

  test("property: an offset between the clocks changes nothing", () => {
    fc.assert(
      fc.property(delayLists, fc.integer(), (delaysNs, offsetNs) => {
        const delays = Float64Array.from(delaysNs);
        expect(ipdvOf(delays.map((delay) => delay + offsetNs))).toEqual(ipdvOf(delays));
      }),
    );
  });

  test("of a million datagrams", () => {
    const delaysNs = new Float64Array(1_000_000).map((_, index) => (index % 2) * 5);
    const differencesNs = ipdvOf(delaysNs);
    expect([differencesNs.length, ...differencesNs.subarray(-2)]).toEqual([999_999, -5, 5]);
  });
});
