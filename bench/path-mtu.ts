/** `udp-mtu discover` beside the tools that people use, on paths whose MTU is known. */
import { join } from "node:path";
import type { LabHost } from "@udp/lab";
import { createPath } from "@udp/lab";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";
import type { PathNetwork } from "./path-mtu-networks.ts";
import { PATH_NETWORKS, useLinuxLimits } from "./path-mtu-networks.ts";
import type { Answer, PathMtuTool } from "./path-mtu-tools.ts";
import { installedTools, missingPrograms, UDP_MTU } from "./path-mtu-tools.ts";

const ROUNDS = 5;
const BASELINES = {
  true: ["true"],
  "an empty Bun script": [process.execPath, join(import.meta.dir, "bare.ts")],
};

const tools = installedTools();
const rows: string[] = [];
for (const network of PATH_NETWORKS) rows.push(...(await compareOn(network)));

console.log(`\nPath MTU, ${ROUNDS} interleaved rounds:\n`);
console.log("| network | command | path MTU | right | median time | fastest – slowest |");
console.log("| --- | --- | --- | ---: | ---: | ---: |");
console.log(rows.join("\n"));
console.log(`\nTo start and end: ${await describeBaselines()}.`);
console.log(
  `${describeMachine()}; ${[...new Set(tools.map(({ version }) => version))].join(", ")}.`,
);
console.log(`Not installed: ${missingPrograms().join(", ") || "none"}.`);

interface Run extends Answer {
  readonly tookMs: number;
}

async function compareOn(network: PathNetwork): Promise<string[]> {
  const suited = tools.filter(({ isFor }) => isFor?.(network) ?? true);
  const runs = new Map(suited.map((tool) => [tool, [] as Run[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const tool of suited) runs.get(tool)?.push(await runOnce(tool, network));
  }
  return [...runs].map(([tool, ofTool]) => describeRuns(network, tool, ofTool));
}

/** In a network of its own: kernels remember what was heard, and how often they said something. */
async function runOnce(tool: PathMtuTool, network: PathNetwork): Promise<Run> {
  const { path, family, hasLinuxLimits } = network;
  await using lab = await createPath(path);
  if (hasLinuxLimits) await useLinuxLimits(lab);
  await using reflector = await lab.host("h2").spawn([...UDP_MTU, "reflector", "::"]);
  await reflector.nextLine();
  const target = { address: lab.host("h2")[family], family, firstMtuBytes: path.mtus[0] ?? 0 };
  const startedAtNs = Bun.nanoseconds();
  const answer = await tool.find(lab.host("h1"), target);
  return { ...answer, tookMs: (Bun.nanoseconds() - startedAtNs) / 1e6 };
}

function describeRuns(network: PathNetwork, tool: PathMtuTool, runs: readonly Run[]): string {
  const answers = new Set(runs.map(describeAnswer));
  const rightBytes = Math.min(...network.path.mtus);
  const rightCount = runs.filter(({ pathMtuBytes }) => pathMtuBytes === rightBytes).length;
  const times = runs.map(({ tookMs }) => tookMs);
  const cells = [
    network.name,
    `\`${tool.commandFor(network.family)}\``,
    [...answers].join(", "),
    `${rightCount} of ${runs.length}`,
    formatMs(median(times)),
    `${formatMs(Math.min(...times))} – ${formatMs(Math.max(...times))}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function describeAnswer({ pathMtuBytes, isAtLeast }: Answer): string {
  return `${isAtLeast ? "at least " : ""}${pathMtuBytes ?? "none"}`;
}

async function describeBaselines(): Promise<string> {
  await using lab = await createPath({ mtus: [1500] });
  const texts: string[] = [];
  for (const [name, argv] of Object.entries(BASELINES)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      times.push(await startOnceMs(lab.host("h1"), argv));
    texts.push(`${name} ${formatMs(median(times))}`);
  }
  return texts.join(", ");
}

async function startOnceMs(host: LabHost, argv: readonly string[]): Promise<number> {
  const startedAtNs = Bun.nanoseconds();
  await host.run(argv);
  return (Bun.nanoseconds() - startedAtNs) / 1e6;
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
