export interface LineCoverage {
  readonly covered: number;
  readonly lines: number;
}

/** The least share of lines of the packages that tests must run. */
const MIN_COVERED_RATIO = 0.9;

/** Lines of each source file of the packages, by path, as an lcov report counts them. */
export function readLcov(lcov: string): Map<string, LineCoverage> {
  const records = lcov.split("end_of_record").flatMap((record) => {
    const path = /^SF:(packages\/[^/]+\/src\/.+)$/m.exec(record)?.[1];
    return path
      ? [[path, { covered: count(record, "LH"), lines: count(record, "LF") }] as const]
      : [];
  });
  return new Map(records);
}

function count(record: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)$`, "m").exec(record)?.[1] ?? 0);
}

/** A file that no test loads is not in the report: all of its code is uncovered. */
export function uncovered(source: string): LineCoverage {
  const code = new Bun.Transpiler({ loader: "ts" }).transformSync(source);
  return { covered: 0, lines: code.split("\n").filter((line) => line.trim() !== "").length };
}

export function sumCoverage(files: Iterable<LineCoverage>): LineCoverage {
  let covered = 0;
  let lines = 0;
  for (const file of files) {
    covered += file.covered;
    lines += file.lines;
  }
  return { covered, lines };
}

async function coverPackages(): Promise<LineCoverage> {
  const files = readLcov(await Bun.file("coverage/lcov.info").text());
  for (const path of new Bun.Glob("packages/*/src/**/*.ts").scanSync()) {
    if (path.endsWith(".test.ts") || files.has(path)) continue;
    const missing = uncovered(await Bun.file(path).text());
    if (missing.lines > 0) process.stdout.write(`No test loads ${path}\n`);
    files.set(path, missing);
  }
  return sumCoverage(files.values());
}

if (import.meta.main) {
  const { covered, lines } = await coverPackages();
  const ratio = covered / lines;
  process.stdout.write(`${covered} of ${lines} lines covered (${(ratio * 100).toFixed(1)} %)\n`);
  process.exitCode = ratio >= MIN_COVERED_RATIO ? 0 : 1;
}
