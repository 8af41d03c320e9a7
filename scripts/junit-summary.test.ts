import { describe, expect, test } from "bun:test";
import { countTests, formatCounts, isGoodRun } from "./junit-summary.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="7" assertions="9" failures="2" skipped="1" time="0.0189">
  <testsuite name="a.test.ts" file="a.test.ts" tests="6" failures="2" skipped="1">
    <testcase name="&lt;testsuites tests=&quot;99&quot;" file="a.test.ts" />
  </testsuite>
  <testsuite name="b.test.ts" file="b.test.ts" tests="1" failures="0" skipped="0" />
</testsuites>`;

describe("countTests", () => {
  test("takes the totals of the whole run", () => {
    expect(countTests(REPORT, ["a.test.ts", "b.test.ts"])).toEqual({
      passed: 4,
      failed: 2,
      skipped: 1,
    });
  });

  test("a test file without a report counts as failed", () => {
    expect(countTests(REPORT, ["a.test.ts", "broken.test.ts"])).toEqual({
      passed: 4,
      failed: 3,
      skipped: 1,
    });
  });

  test("without a report nothing ran", () => {
    expect(countTests("", [])).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

test("formatCounts names skipped tests only where there are some", () => {
  expect([
    formatCounts({ passed: 4, failed: 2, skipped: 0 }),
    formatCounts({ passed: 4, failed: 0, skipped: 1 }),
  ]).toEqual(["4 passed, 2 failed", "4 passed, 0 failed, 1 skipped"]);
});

test("isGoodRun wants something passed and nothing failed", () => {
  expect([
    isGoodRun({ passed: 1, failed: 0, skipped: 3 }),
    isGoodRun({ passed: 1, failed: 1, skipped: 0 }),
    isGoodRun({ passed: 0, failed: 0, skipped: 3 }),
  ]).toEqual([true, false, false]);
});
