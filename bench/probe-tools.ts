/** `udp-echo probe` beside the tools that people use: what each adds to a round trip, and how late it sends. */
import { compile, hasCompiler } from "./c-program.ts";
import { describeMachine, today } from "./machine.ts";
import { median } from "./median.ts";
import type { ProbeRun } from "./probe-clients.ts";
import { DURATION_S, INTERVAL_NS, installedProbes, missingProbes } from "./probe-clients.ts";

const ROUNDS = 5;
const IN_TIME_NS = 100_000;

await using stack = new AsyncDisposableStack();
const cEcho = hasCompiler() ? stack.use(await compile("echo")).path : undefined;
const clients = await Promise.all(
  installedProbes(cEcho).map(async ({ name, startServer, measure }) => {
    const { port } = stack.use(await startServer());
    return { name, measureOnce: () => measure(port) };
  }),
);
const runs = new Map(clients.map(({ name }) => [name, [] as ProbeRun[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, measureOnce } of clients) runs.get(name)?.push(await measureOnce());
}

console.log(
  `\nRound trips on the loopback by stamps in user space, 64 bytes every ${INTERVAL_NS / 1e6} ms for ${DURATION_S} s; medians of ${ROUNDS} interleaved rounds, in brackets the lowest and the highest.\n`,
);
console.log("| tool | datagrams | median RTT | 99th percentile | sent > 100 µs late | lost |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const [name, ofTool] of runs) console.log(describeRuns(name, ofTool));
console.log(
  `\n${describeMachine()}, ${today()}. Not installed: ${missingProbes().join(", ") || "none"}.`,
);

function describeRuns(name: string, ofTool: readonly ProbeRun[]): string {
  const cells = [
    name,
    median(ofTool.map(({ latenessNs }) => latenessNs.length)),
    spread(
      ofTool.map(({ rttsNs }) => median(rttsNs) / 1000),
      "µs",
    ),
    spread(
      ofTool.map(({ rttsNs }) => percentile(rttsNs, 0.99) / 1000),
      "µs",
    ),
    spread(
      ofTool.map(({ latenessNs }) => 100 * lateRatio(latenessNs)),
      "%",
    ),
    `${median(ofTool.map(({ lostCount, latenessNs }) => (100 * lostCount) / latenessNs.length)).toFixed(2)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function spread(values: readonly number[], unit: string): string {
  const [middle, lowest, highest] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(1)} ${unit} (${lowest.toFixed(1)} – ${highest.toFixed(1)})`;
}

function percentile(values: readonly number[], ratio: number): number {
  const ascending = values.toSorted((one, other) => one - other);
  return ascending[Math.floor(ratio * ascending.length)] ?? Number.NaN;
}

function lateRatio(latenessNs: readonly number[]): number {
  return latenessNs.filter((lateNs) => lateNs > IN_TIME_NS).length / latenessNs.length;
}
