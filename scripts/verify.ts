/**
 * Everything that must hold before a commit. Every check runs, so that one failure does not hide
 * another; only a failed installation ends the run at once.
 */
import { mkdirSync, rmSync } from "node:fs";

const CHECKS = {
  "lint, types, build":
    "turbo run lint lint:unused lint:manifests typecheck build --continue --output-logs=new-only",
  "package boundaries": "turbo boundaries",
  // Tests wait more than they work, hence more of them than cores; the timeout is for what hangs.
  tests:
    "bun test --parallel=4 --max-concurrency=4 --timeout=60000 --reporter=junit --reporter-outfile=reports/junit.xml",
};

const failures: string[] = [];
const timings: string[] = [];

function check(name: string, command: string): boolean {
  const startedAtNs = Bun.nanoseconds();
  process.stdout.write(`\n▶ ${name}: ${command}\n`);
  const { success } = Bun.spawnSync(command.split(" "), {
    env: { ...Bun.env, TURBO_TELEMETRY_DISABLED: "1" },
    stdio: ["inherit", "inherit", "inherit"],
  });
  timings.push(`${name} ${((Bun.nanoseconds() - startedAtNs) / 1e9).toFixed(1)} s`);
  if (!success) failures.push(name);
  return success;
}

// A report of an earlier run must not pass for one of this run, and bun test makes no folder.
rmSync("reports", { recursive: true, force: true });
mkdirSync("reports");

if (check("install", "bun install --frozen-lockfile")) {
  for (const [name, command] of Object.entries(CHECKS)) check(name, command);
}

process.stdout.write(`\n${timings.join(" · ")}\n`);
process.stdout.write(failures.length === 0 ? "verified\n" : `failed: ${failures.join(", ")}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
