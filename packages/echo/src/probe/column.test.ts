import { expect, test } from "bun:test";
import { Column } from "./column.ts";

test("a column keeps what is set, knows what is not, and takes no room for more than there will be", () => {
  const column = new Column(3000);
  column.set(2, 7);
  column.set(1500, 8);
  column.set(2999, 9);
  const values = column.view(3000);
  expect([values[2], values[1500], values[2999], values[3], column.get(2998)]).toEqual([
    7,
    8,
    9,
    Number.NaN,
    Number.NaN,
  ]);
  expect(values.buffer.byteLength).toBe(3000 * Float64Array.BYTES_PER_ELEMENT);
});

test("a column takes little room before there is much, and twice as much each time", () => {
  const column = new Column(10_000);
  const rooms = [0, 1024, 2048, 9000].map((index) => {
    column.set(index, 1);
    return column.view(index + 1).buffer.byteLength / Float64Array.BYTES_PER_ELEMENT;
  });
  expect(rooms).toEqual([1024, 2048, 4096, 9001]);
});
