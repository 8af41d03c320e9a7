/** `udp-echo probe` beside the tools that people use: what each adds to a round trip, and how late it sends. */
import { cpus } from "node:os";
import { compile, hasCompiler } from "./c-program.ts";
import { describeMachine, today } from "./machine.ts";
import { median } from "./median.ts";
import type { Pinning, ProbeRun } from "./probe-clients.ts";
import { DURATION_S, INTERVAL_NS, installedProbes, missingProbes } from "./probe-clients.ts";

const ROUNDS = 5;
const IN_TIME_NS = 100_000;

/** A wake-up on another core takes longer than all else that is measured here. */
const PLACES: readonly Place[] = [
  { name: "where the system puts them", server: [], client: [] },
  {
    name: "server on core 0, tool on core 1",
    server: ["taskset", "-c", "0"],
    client: ["taskset", "-c", "1"],
  },
];

console.log(
  `\nRound trips on the loopback by stamps in user space, 64 bytes every ${INTERVAL_NS / 1e6} ms for ${DURATION_S} s; medians of ${ROUNDS} interleaved rounds, in brackets the lowest and the highest.`,
);
const canPin = Bun.which("taskset") !== null && cpus().length > 1;
for (const place of canPin ? PLACES : PLACES.slice(0, 1)) await compareAt(place);
if (!canPin) console.log("\nEach on a core of its own: needs taskset and two cores.");
console.log(
  `\nsockperf waits in a busy loop and leaves its first 400 ms out; irtt leaves out datagrams for which it is too late. ${describeMachine()}, ${today()}. Not installed: ${missingProbes().join(", ") || "none"}.`,
);

/** Which cores the two ends of a measurement have. */
interface Place {
  readonly name: string;
  readonly server: Pinning;
  readonly client: Pinning;
}

async function compareAt({ name, server, client }: Place): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const cEcho = hasCompiler() ? stack.use(await compile("echo")).path : undefined;
  const probes = await Promise.all(
    installedProbes(cEcho).map(async (probe) => {
      const { port } = stack.use(await probe.startServer(server));
      return { name: probe.name, measureOnce: () => probe.measure(port, client) };
    }),
  );
  const runs = new Map(probes.map((probe) => [probe.name, [] as ProbeRun[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const probe of probes) runs.get(probe.name)?.push(await probe.measureOnce());
  }
  console.log(
    `\n| ${name} | datagrams | median RTT | 99th percentile | sent > 100 µs late | lost |`,
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const [tool, ofTool] of runs) console.log(describeRuns(tool, ofTool));
}

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
