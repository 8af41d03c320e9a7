import { expect, test } from "bun:test";
import { meanOf } from "./mean.ts";

test("keeps the small digits of large values", () => {
  const values = new Float64Array(1_000_001).map((_, index) => 1e15 + (index % 2));
  expect([meanOf(values), meanOf(new Float64Array())]).toEqual([1e15 + 0.5, Number.NaN]);
});
