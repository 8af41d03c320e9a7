import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { VirtualClock } from "../simulation/index.ts";
import type { Deadline } from "./deadline.ts";
import { beforeDeadline, untilDeadline } from "./deadline.ts";

const never = new Promise<never>(() => {});

function tooLate(): Error {
  return new Error("too late");
}

function at<Result>(clock: VirtualClock, momentNs: number, result: Result): Promise<Result> {
  return new Promise((resolve) => {
    clock.at(momentNs, () => resolve(result));
  });
}

/** Fails where a timer is left that could still go off. */
async function expectIdle(clock: VirtualClock): Promise<void> {
  await expect(clock.runUntil(() => false)).rejects.toMatchObject({ code: "SIMULATION_IDLE" });
}

describe("work that is done in time", () => {
  test("gives what it came to, and the timer is gone", async () => {
    const clock = new VirtualClock();
    const work = beforeDeadline(at(clock, 5, "done"), { clock, deadlineNs: 10 }, tooLate);
    const result = await clock.run(work);
    expect({ result, nowNs: clock.nowNs() }).toEqual({ result: "done", nowNs: 5 });
    await expectIdle(clock);
    expect(clock.nowNs()).toBe(5);
  });

  test("throws what it threw", async () => {
    const clock = new VirtualClock();
    const broken = Promise.reject(new Error("broken"));
    const work = beforeDeadline(broken, { clock, deadlineNs: 10 }, tooLate);
    await expect(clock.run(work)).rejects.toThrow("broken");
    await expectIdle(clock);
  });

  test("lets go of the signal", async () => {
    const { signal } = new AbortController();
    const listenerCount = (): number => getEventListeners(signal, "abort").length;
    const clock = new VirtualClock();
    const pending = at(clock, 5, "done");
    const work = beforeDeadline(pending, { clock, deadlineNs: 10, signal }, tooLate);
    const during = listenerCount();
    await clock.run(work);
    expect([during, listenerCount()]).toEqual([1, 0]);
  });
});

describe("work that is not", () => {
  test("throws the expiry, at the deadline", async () => {
    const clock = new VirtualClock();
    const work = beforeDeadline(never, { clock, deadlineNs: 10 }, tooLate);
    await expect(clock.run(work)).rejects.toThrow("too late");
    expect(clock.nowNs()).toBe(10);
  });

  test("throws the expiry at once where the deadline has passed", async () => {
    const clock = new VirtualClock();
    await clock.advanceTo(20);
    await expect(
      clock.run(beforeDeadline(never, { clock, deadlineNs: 10 }, tooLate)),
    ).rejects.toThrow("too late");
    expect(clock.nowNs()).toBe(20);
  });

  test("may fail later, unheard", async () => {
    const clock = new VirtualClock();
    const broken = at(clock, 20, "late").then(() => Promise.reject(new Error("broken")));
    await expect(
      clock.run(beforeDeadline(broken, { clock, deadlineNs: 10 }, tooLate)),
    ).rejects.toThrow("too late");
    await clock.advanceTo(30);
  });

  test("wins or loses by its time alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100), fc.nat(100), async (doneNs, deadlineNs) => {
        fc.pre(doneNs !== deadlineNs);
        const clock = new VirtualClock();
        const work = beforeDeadline(at(clock, doneNs, "done"), { clock, deadlineNs }, tooLate);
        const result = await clock.run(work).catch(({ message }: Error) => message);
        expect(result).toBe(doneNs < deadlineNs ? "done" : "too late");
      }),
      { numRuns: 50 },
    );
  });
});

describe("work that is aborted", () => {
  const reason = new Error("the user left");

  function started(signal: AbortSignal): { clock: VirtualClock; work: Promise<never> } {
    const clock = new VirtualClock();
    const deadline: Deadline = { clock, deadlineNs: 10, signal };
    return { clock, work: beforeDeadline(never, deadline, tooLate) };
  }

  test("throws the signal's reason, and the timer is gone", async () => {
    const controller = new AbortController();
    const { clock, work } = started(controller.signal);
    clock.at(5, () => controller.abort(reason));
    await expect(clock.run(work)).rejects.toBe(reason);
    await expectIdle(clock);
    expect(clock.nowNs()).toBe(5);
  });

  test("throws it at once where the signal was aborted before", async () => {
    const { clock, work } = started(AbortSignal.abort(reason));
    await expect(clock.run(work)).rejects.toBe(reason);
    expect(clock.nowNs()).toBe(0);
  });

  test("throws it even where the work was done before", async () => {
    const clock = new VirtualClock();
    const deadline: Deadline = { clock, deadlineNs: 10, signal: AbortSignal.abort(reason) };
    const work = beforeDeadline(Promise.resolve("done"), deadline, tooLate);
    await expect(work).rejects.toBe(reason);
    await expectIdle(clock);
  });

  test("may fail later too, unheard", async () => {
    const clock = new VirtualClock();
    const broken = at(clock, 5, "late").then(() => Promise.reject(new Error("broken")));
    const deadline: Deadline = { clock, deadlineNs: 10, signal: AbortSignal.abort(reason) };
    await expect(beforeDeadline(broken, deadline, tooLate)).rejects.toBe(reason);
    await clock.advanceTo(20);
  });

  test("leaves no timer behind where the signal cannot be listened to", async () => {
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new Error("not this signal");
    };
    const { clock, work } = started(signal);
    await expect(work).rejects.toThrow("not this signal");
    await expectIdle(clock);
  });

  test("throws the expiry where that came first", async () => {
    const controller = new AbortController();
    const { clock, work } = started(controller.signal);
    clock.at(15, () => controller.abort(reason));
    await expect(clock.run(work)).rejects.toThrow("too late");
    await clock.advanceTo(20);
  });
});

describe("a wait for nothing but the time", () => {
  test("settles at the deadline", async () => {
    const clock = new VirtualClock();
    await clock.run(untilDeadline({ clock, deadlineNs: 10 }));
    expect(clock.nowNs()).toBe(10);
    await expectIdle(clock);
  });

  test("throws the signal's reason, and the timer is gone", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const waiting = untilDeadline({ clock, deadlineNs: 10, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expectIdle(clock);
  });
});
