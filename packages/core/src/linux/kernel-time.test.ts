import { expect, test } from "bun:test";
import { decodeKernelTime } from "./kernel-time.ts";

/** One nanosecond after a whole second; two times that are not given stand behind it. */
const TIMES = `002d266a000000000100000000000000${"00".repeat(32)}`;

test("decodeKernelTime reads the software time to the nanosecond", () => {
  const data = Uint8Array.fromHex(TIMES);
  expect([
    decodeKernelTime({ level: 1, type: 37, data }),
    decodeKernelTime({ level: 1, type: 35, data }),
    decodeKernelTime({ level: 0, type: 37, data }),
    decodeKernelTime({ level: 1, type: 37, data: data.subarray(0, 15) }),
  ]).toEqual([1_780_886_784_000_000_001n, undefined, undefined, undefined]);
});
