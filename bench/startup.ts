/** How long the command line takes to show its help, beside a script that does nothing. */
import { join } from "node:path";
import { median } from "./median.ts";

const ROUNDS = 21;
const TARGET_MS = 45;

const SUBJECTS = {
  "bare bun script": join(import.meta.dir, "bare.ts"),
  "udp-attack-sim --help": join(import.meta.dir, "../packages/attack-sim/src/cli/main.ts"),
  "udp-broadcast --help": join(import.meta.dir, "../packages/broadcast/src/cli/main.ts"),
  "udp-echo --help": join(import.meta.dir, "../packages/echo/src/cli/main.ts"),
  "udp-mtu --help": join(import.meta.dir, "../packages/mtu/src/cli/main.ts"),
  "udp-reliable --help": join(import.meta.dir, "../packages/reliable/src/cli/main.ts"),
};

/** One run from start to exit, in milliseconds. */
function runOnceMs(script: string): number {
  const startedAtNs = Bun.nanoseconds();
  const { success } = Bun.spawnSync([process.execPath, script, "--help"]);
  if (!success) throw new Error(`${script} --help failed`);
  return (Bun.nanoseconds() - startedAtNs) / 1e6;
}

const timesMs = new Map(Object.keys(SUBJECTS).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, script] of Object.entries(SUBJECTS)) timesMs.get(name)?.push(runOnceMs(script));
}

console.log(`Median of ${ROUNDS} interleaved runs, Bun ${Bun.version}, ${process.arch}:\n`);
console.log("| command | median | fastest |\n| --- | ---: | ---: |");
for (const [name, values] of timesMs) {
  console.log(
    `| ${name} | ${median(values).toFixed(1)} ms | ${Math.min(...values).toFixed(1)} ms |`,
  );
}
console.log(`\nTarget for --help: ${TARGET_MS} ms.`);
