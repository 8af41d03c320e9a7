import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { VirtualClock } from "./virtual-clock.ts";

const HOUR_NS = 3_600_000_000_000;

describe("VirtualClock", () => {
  test("stands still until it is driven", () => {
    const { clock, calls } = recordingClock([0, 5]);
    expect({ nowNs: clock.nowNs(), calls }).toEqual({ nowNs: 0, calls: [] });
  });

  test("advanceTo runs what is due up to and at the moment, each at its deadline", async () => {
    const { clock, calls } = recordingClock([30, 10, 20, 31]);
    await clock.advanceTo(30);
    expect({ nowNs: clock.nowNs(), calls }).toEqual({ nowNs: 30, calls: [10, 20, 30] });
  });

  test("advanceBy counts from now", async () => {
    const { clock, calls } = recordingClock([10, 20]);
    await clock.advanceBy(10);
    await clock.advanceBy(9);
    expect({ nowNs: clock.nowNs(), calls }).toEqual({ nowNs: 19, calls: [10] });
  });

  test("a deadline in the past is due at once and does not turn time back", async () => {
    const clock = new VirtualClock();
    await clock.advanceTo(100);
    const calls: number[] = [];
    clock.at(50, () => calls.push(clock.nowNs()));
    await clock.advanceBy(0);
    expect(calls).toEqual([100]);
  });

  test("timers that a timer arms are run in their turn", async () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.at(10, () => {
      calls.push("first");
      clock.at(10, () => calls.push("third"));
      clock.at(5, () => calls.push("late"));
    });
    clock.at(10, () => calls.push("second"));
    await clock.advanceTo(10);
    expect(calls).toEqual(["first", "late", "second", "third"]);
  });

  test("a cancelled timer is not called", async () => {
    const { clock, calls, cancels } = recordingClock([10, 20]);
    cancels[0]?.();
    await clock.advanceTo(30);
    expect(calls).toEqual([20]);
  });

  test("promise callbacks settle between timers", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const work = async (): Promise<void> => {
      for (let turn = 1; turn <= 3; turn++) {
        await elapsed(clock, 10);
        for (let hop = 0; hop < 100; hop++) await null;
        seen.push(`${turn} at ${clock.nowNs()}`);
      }
    };
    const done = work();
    await clock.advanceTo(20);
    await clock.run(done);
    expect(seen).toEqual(["1 at 10", "2 at 20", "3 at 30"]);
  });

  test("property: runs every timer once, in order, whatever the steps", async () => {
    const deadlines = fc.array(fc.nat(100));
    const steps = fc.array(fc.nat(40));
    await fc.assert(
      fc.asyncProperty(deadlines, steps, async (deadlinesNs, stepsNs) => {
        const { clock, calls } = recordingClock(deadlinesNs);
        for (const stepNs of stepsNs) await clock.advanceBy(stepNs);
        const endNs = stepsNs.reduce((sum, stepNs) => sum + stepNs, 0);
        const due = stepsNs.length > 0 ? deadlinesNs.filter((ns) => ns <= endNs) : [];
        expect({ nowNs: clock.nowNs(), calls }).toEqual({
          nowNs: endNs,
          calls: due.toSorted((one, other) => one - other),
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("runUntil", () => {
  test("runs no timer more than the condition needs", async () => {
    const { clock, calls } = recordingClock([10, 20, 30]);
    await clock.runUntil(() => calls.length === 2);
    expect({ nowNs: clock.nowNs(), calls }).toEqual({ nowNs: 20, calls: [10, 20] });
  });

  test("sees what promise callbacks do before the first timer", async () => {
    const { clock, calls } = recordingClock([10]);
    let isReady = false;
    queueMicrotask(() => {
      isReady = true;
    });
    await clock.runUntil(() => isReady);
    expect(calls).toEqual([]);
  });

  test("says so when nothing is left that could happen", async () => {
    const { clock, cancels } = recordingClock([10, 2_500_000, 4_000_000]);
    cancels[2]?.();
    await expect(clock.runUntil(() => false)).rejects.toMatchObject({
      code: "SIMULATION_IDLE",
      message: "at 2.5 ms no timer and no datagram is left, and what is awaited has not happened",
    });
  });

  test("gives up where things go on without end, by default after an hour", async () => {
    const clock = new VirtualClock();
    armEvery(clock, HOUR_NS / 100);
    await expect(clock.runUntil(() => false)).rejects.toMatchObject({ code: "SIMULATION_OVERRUN" });
    await expect(clock.runUntil(() => false, HOUR_NS)).rejects.toMatchObject({
      code: "SIMULATION_OVERRUN",
    });
    expect(clock.nowNs()).toBe(2 * HOUR_NS);
  });

  test("gives up where time stands still", async () => {
    const clock = new VirtualClock();
    armEvery(clock, 0);
    await expect(clock.runUntil(() => false)).rejects.toMatchObject({
      code: "SIMULATION_OVERRUN",
      message: expect.stringContaining("time stands still at 0 ms"),
    });
  });

  test("rejects with what a timer's callback throws", async () => {
    const clock = new VirtualClock();
    const failure = new Error("in a callback");
    clock.at(10, () => {
      throw failure;
    });
    await expect(clock.runUntil(() => false)).rejects.toBe(failure);
  });
});

describe("run", () => {
  test("returns what the work returns, at the moment when it is done", async () => {
    const { clock } = recordingClock([100]);
    const result = await clock.run(elapsed(clock, 50).then(() => "done"));
    expect({ result, nowNs: clock.nowNs() }).toEqual({ result: "done", nowNs: 50 });
  });

  test("throws what the work throws", async () => {
    const clock = new VirtualClock();
    const failure = new Error("in the work");
    const work = elapsed(clock, 50).then(() => Promise.reject(failure));
    await expect(clock.run(work)).rejects.toBe(failure);
  });

  test("says so when the work waits for nothing", async () => {
    const never = new Promise<void>(() => {});
    await expect(new VirtualClock().run(never)).rejects.toMatchObject({ code: "SIMULATION_IDLE" });
  });
});

describe("bad moments are UDP_BAD_OPTION", () => {
  test("a deadline that is no number", () => {
    expect(() => new VirtualClock().at(Number.NaN, () => {})).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });

  test.each([9, -1, Number.NaN])("advancing from 10 to %d", async (momentNs) => {
    const clock = new VirtualClock();
    await clock.advanceTo(10);
    await expect(clock.advanceTo(momentNs)).rejects.toMatchObject({ code: "UDP_BAD_OPTION" });
  });
});

interface Recording {
  readonly clock: VirtualClock;
  /** The virtual moments of the calls so far. */
  readonly calls: readonly number[];
  readonly cancels: readonly (() => void)[];
}

function recordingClock(deadlinesNs: readonly number[]): Recording {
  const clock = new VirtualClock();
  const calls: number[] = [];
  const cancels = deadlinesNs.map((deadlineNs) =>
    clock.at(deadlineNs, () => calls.push(clock.nowNs())),
  );
  return { clock, calls, cancels };
}

function elapsed(clock: VirtualClock, durationNs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.nowNs() + durationNs, resolve);
  });
}

function armEvery(clock: VirtualClock, periodNs: number): void {
  clock.at(clock.nowNs() + periodNs, () => armEvery(clock, periodNs));
}
