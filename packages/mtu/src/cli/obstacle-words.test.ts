import { expect, test } from "bun:test";
import type { Obstacle } from "../obstacle.ts";
import { describeObstacle } from "./obstacle-words.ts";

const OBSTACLE: Obstacle = { from: "fd77:1::2", reason: "EACCES", icmp: undefined, count: 1 };

test.each<[Partial<Obstacle>, string]>([
  [{ icmp: { type: 1, code: 1 } }, "fd77:1::2, once: administratively prohibited (ICMP 1/1)"],
  [{ icmp: { type: 99, code: 7 }, count: 3 }, "fd77:1::2, 3 times: EACCES (ICMP 99/7)"],
  [
    { from: undefined, reason: "not-permitted", count: 2 },
    "this host did not send, 2 times: a rule of this host forbids it",
  ],
  [
    { from: undefined, reason: "foreign", count: 5 },
    "the far end answers, 5 times, and is neither a reflector nor an echo server",
  ],
])("%#", (change, words) => {
  expect(describeObstacle({ ...OBSTACLE, ...change }, 6)).toBe(words);
});
