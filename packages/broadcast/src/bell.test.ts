import { expect, test } from "bun:test";
import { VirtualClock } from "@udp/core/simulation";
import { Bell } from "./bell.ts";

async function heardAtNs(ringAtNs: readonly number[], deadlineNs: number): Promise<number> {
  const clock = new VirtualClock();
  const bell = new Bell();
  for (const atNs of ringAtNs) clock.at(atNs, bell.ring);
  await clock.run(bell.heard(clock, deadlineNs));
  return clock.nowNs();
}

test.each([
  [[5], 10, 5],
  [[5, 3], 10, 3],
  [[], 10, 10],
  [[12], 10, 10],
  [[7], Number.POSITIVE_INFINITY, 7],
])("rung at %j, awaited until %d: heard at %d", async (ringAtNs, deadlineNs, expected) => {
  expect(await heardAtNs(ringAtNs, deadlineNs)).toBe(expected);
});

test("what rang before is heard at once, and only once", async () => {
  const clock = new VirtualClock();
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await clock.run(bell.heard(clock, 10));
  expect(clock.nowNs()).toBe(0);
  await clock.run(bell.heard(clock, 10));
  expect(clock.nowNs()).toBe(10);
});
