/** What an echo server computes for each round trip, beside one in C and what others write. */
import { mkdtempDisposable } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { cpuTimeNs } from "./cpu-time.ts";
import { C_REFERENCE, installedServers } from "./echo-servers.ts";
import { describeMachine } from "./machine.ts";
import { median } from "./median.ts";
import { ServedProcess } from "./served-process.ts";

const ROUNDS = 5;
const ROUND_TRIPS = 200_000;
/** Just-in-time compilers are through with their work after so many. */
const WARM_UP_ROUND_TRIPS = 50_000;
const PEER_COUNTS = [1, 64];
const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** What one server did under one load. */
interface Run {
  readonly roundTripsPerSecond: number;
  readonly cpuUsPerRoundTrip: number;
  readonly lostCount: number;
}

const missing = ["cc", "taskset"].filter((program) => Bun.which(program) === null);
if (missing.length > 0) console.log(`\nServer cost: not measured without ${missing.join(", ")}.`);
else if (cpus().length < 2) console.log("\nServer cost: not measured on less than two cores.");
else await compareServers();

async function compareServers(): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "server-cost-"));
  const load = compile("load.c", folder.path);
  await using servers = new AsyncDisposableStack();
  const processes = new Map<string, ServedProcess>();
  for (const { name, argv } of installedServers(compile("echo.c", folder.path))) {
    const server = await ServedProcess.start(["taskset", "-c", SERVER_CORE, ...argv]);
    processes.set(name, servers.use(server));
  }
  console.log(
    `\nEcho servers on one core, ${ROUND_TRIPS} round trips of 64 bytes with 200 in flight from another core, medians of ${ROUNDS} interleaved rounds. ${describeMachine()}, ${today()}.\n`,
  );
  for (const peerCount of PEER_COUNTS) {
    console.log(`| server, ${peerCount} peer${peerCount === 1 ? "" : "s"} | round trips/s | CPU per round trip | × C | lost |`);
    console.log("| --- | ---: | ---: | ---: | ---: |");
    for (const row of measure(processes, load, peerCount)) console.log(row);
    console.log("");
  }
}
