import { expect, test } from "bun:test";
import { ReplyWatch } from "./reply-watch.ts";

const NEVER = Number.NEGATIVE_INFINITY;

function watchAfterVain(vainCount: number): ReplyWatch {
  const watch = new ReplyWatch();
  for (let index = 0; index < vainCount; index++) watch.noteSent(0);
  return watch;
}

test("a reply is watched for a tenth of a millisecond", () => {
  const watch = new ReplyWatch();
  const before = watch.untilNs;
  watch.noteSent(5000);
  expect([before, watch.untilNs]).toEqual([NEVER, 105_000]);
});

test("what came ends the watch", () => {
  const watch = watchAfterVain(1);
  watch.noteArrival(20_000);
  expect(watch.untilNs).toBe(NEVER);
});

test("after sixteen in vain it is given up for good", () => {
  const watch = watchAfterVain(16);
  watch.noteArrival(100_001);
  watch.noteSent(1e9);
  expect(watch.untilNs).toBe(100_000);
});

test("after one that was not in vain it is not", () => {
  const watch = watchAfterVain(15);
  watch.noteArrival(100_000);
  for (let index = 0; index < 16; index++) watch.noteSent(1e9);
  expect(watch.untilNs).toBe(1e9 + 100_000);
});
