import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Random } from "./random.ts";
import { randomIdentifier, secureRandom, seededRandom } from "./random.ts";

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random());
}

function isUniformDraw(value: number): boolean {
  return value >= 0 && value < 1 && Number.isInteger(value * 2 ** 32);
}

describe("seededRandom", () => {
  test("is mulberry32: its first draws with seed 1", () => {
    const rounded = draws(seededRandom(1), 6).map((value) => Math.round(value * 1e9) / 1e9);
    expect(rounded).toEqual([
      0.627_073_941, 0.002_735_721, 0.527_447_04, 0.981_050_967, 0.968_377_898, 0.281_103_503,
    ]);
  });

  test("draws the same from the same seed, of which 32 bits count", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const expected = draws(seededRandom(seed), 20);
        expect(draws(seededRandom(seed + 2 ** 32), 20)).toEqual(expected);
        expect(expected.every(isUniformDraw)).toBe(true);
      }),
    );
  });

  test("draws something else from another seed", () => {
    const seeds = fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(seeds, ([one = 0, other = 0]) => {
        expect(draws(seededRandom(one), 4)).not.toEqual(draws(seededRandom(other), 4));
      }),
    );
  });

  test("fills ten equal shares equally, within 5 %", () => {
    const shares = new Array<number>(10).fill(0);
    for (const value of draws(seededRandom(1), 100_000)) {
      const share = Math.floor(value * 10);
      shares[share] = (shares[share] ?? 0) + 1;
    }
    expect(shares.filter((count) => Math.abs(count - 10_000) > 500)).toEqual([]);
  });
});

test("secureRandom draws 32 bits that do not repeat", () => {
  const values = draws(secureRandom, 64);
  expect(values.every(isUniformDraw)).toBe(true);
  expect(new Set(values).size).toBeGreaterThan(60);
});

test("an identifier is made of two words, the first one in front", () => {
  const halves = [0x12_34_56_78, 0x9a_bc_de_f0].map((word) => word / 2 ** 32).values();
  expect(randomIdentifier(() => halves.next().value ?? 0)).toBe(0x12_34_56_78_9a_bc_de_f0n);
});
