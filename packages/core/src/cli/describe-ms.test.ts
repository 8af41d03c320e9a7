import { expect, test } from "bun:test";
import { describeMs } from "./describe-ms.ts";

test.each([
  [0, "0 ms"],
  [3.27e-7, "0 ms"],
  [0.012_34, "0.012 ms"],
  [0.123_45, "0.123 ms"],
  [49.5005, "49.5 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [1542.165, "1.54 s"],
  [145_661.9, "146 s"],
  [1e6, "1000 s"],
])("%d", (ms, text) => {
  expect(describeMs(ms)).toBe(text);
});
