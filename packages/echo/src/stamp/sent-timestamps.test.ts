import { expect, test } from "bun:test";
import { SentTimestamps } from "./sent-timestamps.ts";

test("what the last 65,536 requests left with", () => {
  const sent = new SentTimestamps();
  expect(sent.get(0)).toBeUndefined();
  for (let number = 0; number < 65_537; number++) sent.set(number, BigInt(2 * number));
  const numbers = [0, 1, 65_536, 65_537];
  expect(numbers.map((number) => sent.get(number))).toEqual([undefined, 2n, 131_072n, undefined]);
});
