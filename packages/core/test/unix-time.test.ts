import { expect, test } from "bun:test";
import { readUnixTimeNs } from "../src/linux/index.ts";

test.skipIf(process.platform !== "linux")("readUnixTimeNs agrees with the runtime (Linux)", () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const times = [readUnixTimeNs(), readUnixTimeNs()];
  const after = BigInt(Date.now() + 1) * 1_000_000n;
  const inOrder = [before, ...times, after];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number(a - b)));
});
