import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { msToNs, nsToMs, systemClock } from "./clock.ts";

const YEAR_NS = 31_536_000e9;

function passed(deadlineNs: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.at(deadlineNs, resolve);
  });
}

test("a millisecond is a million nanoseconds, there and back", () => {
  expect([msToNs(1.5), nsToMs(1_500_000)]).toEqual([1_500_000, 1.5]);
  fc.assert(fc.property(fc.nat(), (ms) => nsToMs(msToNs(ms)) === ms));
});

test("the system's clock never goes back", () => {
  const readings = Array.from({ length: 1000 }, () => systemClock.nowNs());
  expect(readings).toEqual(readings.toSorted((one, other) => one - other));
});

test("a timer calls back once its deadline has passed, and not before", async () => {
  const deadlineNs = systemClock.nowNs() + 2_500_000;
  await passed(deadlineNs);
  expect(systemClock.nowNs()).toBeGreaterThanOrEqual(deadlineNs);
});

test("a deadline of the past is due at once, but not within the call", async () => {
  const order: string[] = [];
  const isDue = passed(systemClock.nowNs() - YEAR_NS).then(() => order.push("due"));
  order.push("armed");
  await isDue;
  expect(order).toEqual(["armed", "due"]);
});

test("neither a cancelled timer calls back nor one that is further off than the runtime's reach", async () => {
  const called: string[] = [];
  const nowNs = systemClock.nowNs();
  const cancels = [
    systemClock.at(nowNs, () => called.push("cancelled")),
    systemClock.at(nowNs + YEAR_NS, () => called.push("next year")),
    systemClock.at(Number.POSITIVE_INFINITY, () => called.push("never")),
  ];
  cancels[0]?.();
  await passed(nowNs + 3_000_000);
  for (const cancel of cancels) cancel();
  expect(called).toEqual([]);
});

test("the runtime is never asked for a longer delay than it keeps, and may call back early", () => {
  using setTimer = spyOn(globalThis, "setTimeout");
  let callCount = 0;
  systemClock.at(systemClock.nowNs() + YEAR_NS, () => callCount++);
  const [goOff] = setTimer.mock.calls[0] ?? [];
  goOff?.();
  goOff?.();
  const delaysMs = setTimer.mock.calls.map(([, delayMs]) => delayMs);
  for (const { value } of setTimer.mock.results) clearTimeout(Number(value));
  const longestMs = 2_147_483_647;
  expect({ delaysMs, callCount }).toEqual({
    delaysMs: [longestMs, longestMs, longestMs],
    callCount: 0,
  });
});

test("cancelling again, or after the call, does nothing", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = systemClock.at(systemClock.nowNs(), resolve);
  await promise;
  cancel();
  cancel();
});
