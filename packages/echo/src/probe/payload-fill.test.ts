import { expect, test } from "bun:test";
import { fillPayload } from "./payload-fill.ts";

test("fillPayload leaves zeros, repeats a pattern, or draws each payload anew", () => {
  const payload = new Uint8Array(7);
  fillPayload("zero")(payload);
  expect([...payload]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  fillPayload(Uint8Array.of(1, 2, 3))(payload);
  expect([...payload]).toEqual([1, 2, 3, 1, 2, 3, 1]);
  const [first, second] = [new Uint8Array(64), new Uint8Array(64)];
  for (const drawn of [first, second]) fillPayload("random")(drawn);
  expect(new Set([first.toHex(), second.toHex(), new Uint8Array(64).toHex()]).size).toBe(3);
  // By chance once in 2^64 times.
  for (const drawn of [first, second]) expect(drawn.subarray(-8).toHex()).not.toBe("0".repeat(16));
});
