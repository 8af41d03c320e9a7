import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TimerQueue } from "./timer-queue.ts";

describe("TimerQueue", () => {
  test("is empty at first", () => {
    const queue = new TimerQueue();
    expect([queue.nextDeadlineNs(), queue.takeDue(Number.POSITIVE_INFINITY)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("keeps a timer that is not due", () => {
    const queue = new TimerQueue();
    queue.add(10, () => {});
    expect([queue.takeDue(9), queue.nextDeadlineNs(), queue.takeDue(10)?.deadlineNs]).toEqual([
      undefined,
      10,
      10,
    ]);
  });

  test("passes over cancelled timers", () => {
    const queue = new TimerQueue();
    const cancels = [5, 7, 9].map((deadlineNs) => queue.add(deadlineNs, () => {}));
    cancels[0]?.();
    cancels[2]?.();
    expect([queue.nextDeadlineNs(), ...takeAll(queue)]).toEqual([7, 7]);
  });

  test("keeps about as many as there are, however many were cancelled", () => {
    const queue = new TimerQueue();
    queue.add(1, () => {});
    const before = heapBytes();
    for (let count = 0; count < 300_000; count++) queue.add(1e9 + count, () => {})();
    expect(heapBytes() - before).toBeLessThan(5_000_000);
    expect(takeAll(queue)).toEqual([1]);
  });

  test("a timer that was called is there no more to be cancelled", () => {
    const queue = new TimerQueue();
    const cancels = Array.from({ length: 200 }, (_, index) => queue.add(index, () => {}));
    const called = takeAll(queue);
    queue.add(7, () => {});
    for (const cancel of [...cancels, ...cancels]) cancel();
    expect([called.length, takeAll(queue)]).toEqual([200, [7]]);
  });

  test("property: gives what was not cancelled by deadline, then by insertion", () => {
    const timer = fc.record({ deadlineNs: fc.nat(20), isCancelled: fc.boolean() });
    const timers = fc.array(timer, { maxLength: 500, size: "max" });
    fc.assert(
      fc.property(timers, (given) => {
        const queue = new TimerQueue();
        const called: number[] = [];
        for (const [index, { deadlineNs, isCancelled }] of given.entries()) {
          const cancel = queue.add(deadlineNs, () => called.push(index));
          if (isCancelled) cancel();
        }
        const deadlinesNs = takeAll(queue);
        const expected = [...given.entries()]
          .filter(([, { isCancelled }]) => !isCancelled)
          .toSorted(([, one], [, other]) => one.deadlineNs - other.deadlineNs);
        expect({ called, deadlinesNs }).toEqual({
          called: expected.map(([index]) => index),
          deadlinesNs: expected.map(([, { deadlineNs }]) => deadlineNs),
        });
      }),
    );
  });
});

function heapBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
}

/** Calls and takes out every timer; returns the deadlines. */
function takeAll(queue: TimerQueue): number[] {
  const deadlinesNs: number[] = [];
  for (;;) {
    const timer = queue.takeDue(Number.POSITIVE_INFINITY);
    if (timer === undefined) return deadlinesNs;
    timer.callback();
    deadlinesNs.push(timer.deadlineNs);
  }
}
