import { expect, test } from "bun:test";
import { tell } from "./tell.ts";

test("hands the details on, and is no matter where there is nobody to tell", () => {
  const told: unknown[] = [];
  tell((...details: [number, string]) => told.push(details), 1, "one");
  tell(undefined, 2);
  expect(told).toEqual([[1, "one"]]);
});
