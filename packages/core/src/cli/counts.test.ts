import { expect, test } from "bun:test";
import { counted, tally, total } from "./counts.ts";

test.each([
  [0, "0 datagrams"],
  [1, "1 datagram"],
  [2, "2 datagrams"],
])("%i", (count, text) => {
  expect(counted(count, "datagram")).toBe(text);
});

test("a tally names what is not 0", () => {
  const counts = { loop: 2, self: 0, "own-reply": 3 };
  expect([total(counts), tally(counts), tally({ loop: 0 }), tally({})]).toEqual([
    5,
    "5 (loop 2, own-reply 3)",
    "0",
    "0",
  ]);
});
