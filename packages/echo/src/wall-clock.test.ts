import { describe, expect, test } from "bun:test";
import { VirtualClock } from "@udp/core/simulation";
import { kernelWallClock, simulatedWallClock, systemWallClock } from "./wall-clock.ts";

describe("a wall clock", () => {
  test("asks for its status once a second at most, and when it was set back", () => {
    let unixNs = 0n;
    let askedCount = 0;
    const status = () => ({ isSynchronised: true, maxErrorNs: askedCount++ });
    const clock = kernelWallClock(() => unixNs, status);
    const times = [0n, 999_999_999n, 1_000_000_000n, 1_999_999_999n, 2_000_000_000n, 7n, 6n, 6n];
    const errors = times.map((at) => {
      unixNs = at;
      return clock.status().maxErrorNs;
    });
    expect(errors).toEqual([0, 0, 1, 1, 2, 3, 4, 4]);
  });

  test("of this host tells the time of day", async () => {
    const clock = await systemWallClock();
    const differenceMs = Number(clock.unixNowNs() / 1_000_000n) - Date.now();
    expect(Math.abs(differenceMs)).toBeLessThan(1000);
    expect(clock.status().maxErrorNs).toBeGreaterThanOrEqual(0);
  });

  test("of a simulation goes with its clock, and claims nothing", async () => {
    const clock = new VirtualClock();
    await clock.advanceBy(7);
    const simulated = simulatedWallClock(clock);
    expect([simulated.unixNowNs(), simulated.status().isSynchronised]).toEqual([7n, false]);
  });
});
