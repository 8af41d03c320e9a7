import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import type { ScheduleOptions } from "./schedule.ts";
import { Schedule } from "./schedule.ts";

function times(options: ScheduleOptions, count: number): number[] {
  const schedule = new Schedule(options, seededRandom(1));
  return Array.from({ length: count }, () => schedule.next());
}

describe("Schedule", () => {
  test("fixed: every interval, without the error of sums", () => {
    const intervalNs = 100_000.1;
    const fixed = times({ intervalNs, burstSize: 1, kind: "fixed" }, 100_001);
    expect([fixed[0], fixed[1], fixed[100_000]]).toEqual([0, intervalNs, intervalNs * 100_000]);
  });

  test("bursts leave at one moment", () => {
    expect(times({ intervalNs: 10, burstSize: 3, kind: "fixed" }, 7)).toEqual([
      0, 0, 0, 10, 10, 10, 20,
    ]);
  });

  test("poisson: gaps have the interval for their mean and for their standard deviation", () => {
    const poisson = times({ intervalNs: 1000, burstSize: 1, kind: "poisson" }, 20_001);
    const gaps = poisson.slice(1).map((time, index) => time - (poisson[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(
      [mean / 1000, Math.sqrt(variance) / 1000].map((ratio) => Math.round(ratio * 20)),
    ).toEqual([20, 20]);
  });
});
