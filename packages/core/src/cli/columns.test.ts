import { expect, test } from "bun:test";
import { columns } from "./columns.ts";

const ROWS = [
  ["name", "n", "what"],
  ["a", "100", ""],
];

test.each([
  ["left", ["name  n    what", "a     100"]],
  ["right", ["name    n  what", "a     100"]],
] as const)("columns to the %s", (side, lines) => {
  expect(columns(ROWS, side)).toEqual(lines);
});
