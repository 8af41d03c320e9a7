import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ipdvOf } from "./ipdv.ts";

const LOST = Number.NaN;

describe("IPDV", () => {
  test.each([
    ["of neighbours, with its sign", [50, 52, 49, 55, 51, 50], [2, -3, 6, -4, -1], 3.2],
    ["not across a loss", [50, LOST, 49, 55, LOST, LOST, 50, 40], [6, -10], 8],
    ["of one there is none", [50], [], undefined],
    ["of nothing there is none", [], [], undefined],
    ["of losses there is none", [LOST, 7, LOST], [], undefined],
  ])("%s", (_title, delaysNs, differencesNs, meanAbsoluteNs) => {
    expect(ipdvOf(Float64Array.from(delaysNs))).toEqual({
      differencesNs: Float64Array.from(differencesNs),
      meanAbsoluteNs,
    });
  });

  const delayLists = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: LOST }));

  test("property: as the definition says", () => {
    fc.assert(
      fc.property(delayLists, (delaysNs) => {
        const differences = delaysNs
          .slice(1)
          .map((delay, index) => delay - (delaysNs[index] ?? LOST));
        const defined = differences.filter((difference) => !Number.isNaN(difference));
        const sum = defined.reduce((total, difference) => total + Math.abs(difference), 0);
        expect(ipdvOf(Float64Array.from(delaysNs))).toEqual({
          differencesNs: Float64Array.from(defined),
          meanAbsoluteNs: defined.length === 0 ? undefined : sum / defined.length,
        });
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
    const { differencesNs, meanAbsoluteNs } = ipdvOf(delaysNs);
    expect([differencesNs.length, meanAbsoluteNs]).toEqual([999_999, 5]);
  });
});
