import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countUpTo } from "./latencies.ts";

describe("countUpTo", () => {
  test("property: counts as a filter does", () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1, max: 21 }), (sample, limit) => {
        const counted = countUpTo(Float64Array.from(sample).sort(), limit);
        expect(counted).toBe(sample.filter((value) => value <= limit).length);
      }),
    );
  });
});
