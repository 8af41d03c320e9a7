/** What an echo server computes for each round trip, beside one in C and what others write. */
import { cpus } from "node:os";
import { compile } from "./c-program.ts";
import { cpuTimeNs } from "./cpu-time.ts";
import { C_REFERENCE, installedServers } from "./echo-servers.ts";
import { describeMachine, today } from "./machine.ts";
import { median } from "./median.ts";
import { ServedProcess } from "./served-process.ts";

const ROUNDS = 5;
const ROUND_TRIPS = 200_000;
/** Just-in-time compilers are through with their work after so many. */
const WARM_UP_ROUND_TRIPS = 50_000;
const PEER_COUNTS = [1, 64];
const SERVER_CORE = "0";
const LOAD_CORE = "1";

const missing = ["cc", "taskset"].filter((program) => Bun.which(program) === null);
if (missing.length > 0) console.log(`\nCost of echo servers: needs ${missing.join(" and ")}.`);
else if (cpus().length < 2) console.log("\nCost of echo servers: needs two cores.");
else await compareServers();

/** What a server did under one load. */
interface Run {
  readonly roundTripsPerSecond: number;
  readonly cpuUs: number;
  readonly lostCount: number;
}

async function compareServers(): Promise<void> {
  await using load = await compile("load");
  await using cEcho = await compile("echo");
  await using stack = new AsyncDisposableStack();
  const servers = new Map<string, ServedProcess>();
  for (const { name, argv } of installedServers(cEcho.path)) {
    const server = await ServedProcess.start(["taskset", "-c", SERVER_CORE, ...argv]);
    servers.set(name, stack.use(server));
  }
  console.log(
    `\nEcho servers on one core, loaded from another: ${ROUND_TRIPS} round trips of 64 bytes, 200 in flight; medians of ${ROUNDS} interleaved rounds, ratios to C within each round.`,
  );
  for (const peerCount of PEER_COUNTS) {
    console.log(`\n| ${peerCount} peer(s) | round trips/s | CPU per round trip | × C | lost |`);
    console.log("| --- | ---: | ---: | ---: | ---: |");
    const runs = runInTurn(servers, (server, count) =>
      runOnce(server, load.path, count, peerCount),
    );
    const reference = runs.get(C_REFERENCE) ?? [];
    for (const [name, ofServer] of runs) console.log(describeRuns(name, ofServer, reference));
  }
  console.log(`\n${describeMachine()}, ${today()}.`);
}

function runInTurn(
  servers: ReadonlyMap<string, ServedProcess>,
  run: (server: ServedProcess, roundTrips: number) => Run,
): Map<string, Run[]> {
  for (const server of servers.values()) run(server, WARM_UP_ROUND_TRIPS);
  const runs = new Map([...servers.keys()].map((name) => [name, [] as Run[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, server] of servers) runs.get(name)?.push(run(server, ROUND_TRIPS));
  }
  return runs;
}

function runOnce({ pid, port }: ServedProcess, load: string, count: number, peers: number): Run {
  const argv = ["taskset", "-c", LOAD_CORE, load, port, count, peers].map(String);
  const cpuBeforeNs = cpuTimeNs(pid);
  const { stdout } = Bun.spawnSync(argv);
  const cpuNs = cpuTimeNs(pid) - cpuBeforeNs;
  const [roundTrips = 0, lostCount = 0, tookNs = 0] = stdout.toString().split(" ").map(Number);
  return {
    roundTripsPerSecond: (roundTrips / tookNs) * 1e9,
    cpuUs: cpuNs / roundTrips / 1000,
    lostCount,
  };
}

function describeRuns(name: string, runs: readonly Run[], reference: readonly Run[]): string {
  const ratios = runs.map(({ cpuUs }, round) => cpuUs / (reference[round]?.cpuUs ?? Number.NaN));
  const cells = [
    name,
    median(runs.map((run) => run.roundTripsPerSecond)).toFixed(0),
    `${median(runs.map(({ cpuUs }) => cpuUs)).toFixed(2)} µs`,
    `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)})`,
    median(runs.map(({ lostCount }) => lostCount)),
  ];
  return `| ${cells.join(" | ")} |`;
}
