import { expect, test } from "bun:test";
import { readLcov, sumCoverage, uncovered } from "./line-coverage.ts";

const LCOV = `TN:
SF:packages/core/src/text.ts
FNF:1
FNH:1
DA:1,1
LF:10
LH:9
end_of_record
TN:
SF:test/registry.ts
LF:50
LH:1
end_of_record
`;

test("readLcov keeps the sources of packages only", () => {
  expect([...readLcov(LCOV)]).toEqual([["packages/core/src/text.ts", { covered: 9, lines: 10 }]]);
});

test("uncovered counts the lines of code, not of types", () => {
  expect([
    uncovered("export interface Named {\n  name: string;\n}\n"),
    uncovered("const one: number = 1;\n\nexport const two = one + 1;\n"),
  ]).toEqual([
    { covered: 0, lines: 0 },
    { covered: 0, lines: 2 },
  ]);
});

test("sumCoverage weighs files by their lines", () => {
  expect(
    sumCoverage([
      { covered: 90, lines: 90 },
      { covered: 0, lines: 10 },
    ]),
  ).toEqual({
    covered: 90,
    lines: 100,
  });
});
