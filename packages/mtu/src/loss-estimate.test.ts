import { expect, test } from "bun:test";
import fc from "fast-check";
import { chanceAllFail, chanceAllLost, lossRatio } from "./loss-estimate.ts";

test("the ratio of what was lost, and none before the first probe", () => {
  const ratios = [
    [0, 0],
    [3, 1],
    [0, 2],
  ].map(([arrivedCount = 0, lostCount = 0]) => lossRatio({ arrivedCount, lostCount }));
  expect(ratios).toEqual([undefined, 0.25, 1]);
});

test("nothing lost yet is no promise: four copies for a tenth of a thousandth, never fewer", () => {
  const chances = [3, 4].map((count) => chanceAllLost({ arrivedCount: 1000, lostCount: 0 }, count));
  expect(chances).toEqual([0.08 ** 3, 0.08 ** 4]);
});

test("averages over the losses that fit: product of (0.1 + i) / (8.2 + i)", () => {
  const chance = chanceAllLost({ arrivedCount: 8, lostCount: 0 }, 4);
  expect(chance).toBeCloseTo((0.1 * 1.1 * 2.1 * 3.1) / (8.2 * 9.2 * 10.2 * 11.2), 12);
});

const estimates = fc.record({ arrivedCount: fc.nat(500), lostCount: fc.nat(500) });

test("a chance falls with copies and arrivals, rises with losses, and stays within 0 to 1", () => {
  fc.assert(
    fc.property(estimates, fc.integer({ min: 1, max: 40 }), (loss, count) => {
      const chance = chanceAllLost(loss, count);
      const better = { ...loss, arrivedCount: loss.arrivedCount + 1 };
      const worse = { ...loss, lostCount: loss.lostCount + 1 };
      expect(chance).toBeWithin(0, 1.000_001);
      expect(chanceAllLost(loss, count + 1)).toBeLessThan(chance);
      expect(chanceAllLost(better, count)).toBeLessThanOrEqual(chance);
      expect(chanceAllLost(worse, count)).toBeGreaterThanOrEqual(chance);
    }),
  );
});

test("tries of one packet: the chance is the Beta distribution's, (l + 1) / (n + 2) for one", () => {
  const one = chanceAllFail({ arrivedCount: 6, lostCount: 2 }, 1, 1);
  const two = chanceAllFail({ arrivedCount: 6, lostCount: 2 }, 1, 2);
  expect([one, two]).toEqual([expect.closeTo(3 / 10, 4), expect.closeTo((3 * 4) / (10 * 11), 4)]);
});

test("a chance that all tries fail falls with tries, rises with packets, and stays within 0 to 1", () => {
  fc.assert(
    fc.property(estimates, fc.integer({ min: 1, max: 4 }), fc.nat(100), (loss, packets, tries) => {
      const chance = chanceAllFail(loss, packets, tries);
      expect(chance).toBeWithin(0, 1.000_001);
      expect(chanceAllFail(loss, packets, tries + 1)).toBeLessThanOrEqual(chance);
      expect(chanceAllFail(loss, packets + 1, tries)).toBeGreaterThanOrEqual(chance);
    }),
  );
});
