import { expect, test } from "bun:test";
import fc from "fast-check";
import { lossRuns } from "./loss-runs.ts";

function received(pattern: string): Float64Array {
  return Float64Array.from(pattern, (mark) => (mark === "x" ? Number.NaN : 1));
}

test.each([
  ["", { lostCount: 0, runCount: 0, longestRunCount: 0 }],
  ["....", { lostCount: 0, runCount: 0, longestRunCount: 0 }],
  ["x..xxx.x", { lostCount: 5, runCount: 3, longestRunCount: 3 }],
  ["xxxx", { lostCount: 4, runCount: 1, longestRunCount: 4 }],
])("finds the runs in %p", (pattern, expected) => {
  expect(lossRuns(received(pattern))).toEqual(expected);
});

test("property: the runs are what stands between the answers", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("x", ".")), (marks) => {
      const runs = marks
        .join("")
        .split(".")
        .filter((run) => run !== "");
      expect(lossRuns(received(marks.join("")))).toEqual({
        lostCount: runs.join("").length,
        runCount: runs.length,
        longestRunCount: Math.max(0, ...runs.map((run) => run.length)),
      });
    }),
  );
});
