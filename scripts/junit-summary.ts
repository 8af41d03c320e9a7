import { readdirSync } from "node:fs";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts what a junit report of `bun test` says.
 *
 * @param testFiles every test file there is. One that could not be loaded is not in the report at
 * all: it counts as one failure.
 */
export function countTests(report: string, testFiles: readonly string[]): TestCounts {
  const failures = total(report, "failures");
  const skipped = total(report, "skipped");
  const lost = testFiles.filter((file) => !report.includes(` file="${file}"`)).length;
  return {
    passed: total(report, "tests") - failures - skipped,
    failed: failures + lost,
    skipped,
  };
}

function total(report: string, attribute: string): number {
  const found = new RegExp(`<testsuites [^>]*\\b${attribute}="(\\d+)"`).exec(report);
  return Number(found?.[1] ?? 0);
}

/** One line: `N passed, N failed`, and `, N skipped` where there are any. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** A run is good where something ran and nothing failed. */
export function isGoodRun({ passed, failed }: TestCounts): boolean {
  return passed > 0 && failed === 0;
}

function listTestFiles(): string[] {
  const folders = readdirSync(".").filter((name) => name !== "node_modules");
  return [...new Bun.Glob(`{${folders.join(",")}}/**/*.test.ts`).scanSync()];
}

if (import.meta.main) {
  const report = Bun.file(Bun.argv[2] ?? "reports/junit.xml");
  const counts = countTests((await report.exists()) ? await report.text() : "", listTestFiles());
  process.stdout.write(`${formatCounts(counts)}\n`);
  process.exitCode = isGoodRun(counts) ? 0 : 1;
}
