import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UDP_ECHO_SERVER } from "./echo-servers.ts";
import { ServedProcess } from "./served-process.ts";

export const INTERVAL_NS = 1_000_000;
export const DURATION_S = 3;
const PAYLOAD_BYTES = "64";

/** A tool that measures round trips, with a server that answers it. */
export interface ProbeClient {
  readonly name: string;
  readonly startServer: (pinning: Pinning) => Promise<ServedProcess>;
  /** Measures once, at the interval and for the duration of the comparison. */
  readonly measure: (port: number, pinning: Pinning) => Promise<ProbeRun>;
}

/** What stands before a command, to keep it to one core; empty where it runs where it likes. */
export type Pinning = readonly string[];

/** What a tool says it did; times by its own stamps, in user space. */
export interface ProbeRun {
  /** Between the stamps before sending and after receiving, the server's time included. */
  readonly rttsNs: readonly number[];
  /** By how much each datagram left after its time. */
  readonly latenessNs: readonly number[];
  readonly lostCount: number;
}

/** The tools that there are here, `udp-echo` first. */
export function installedProbes(cEcho: string | undefined): ProbeClient[] {
  const peers = [IRTT, SOCKPERF].filter(({ name }) => Bun.which(name) !== null);
  return [UDP_ECHO, ...(cEcho === undefined ? [] : [againstC(cEcho)]), ...peers];
}

/** Those that there are not. */
export function missingProbes(): string[] {
  return [IRTT, SOCKPERF].map(({ name }) => name).filter((name) => Bun.which(name) === null);
}

const UDP_ECHO: ProbeClient = {
  name: "udp-echo probe",
  startServer: (pinning) => ServedProcess.start([...pinning, ...UDP_ECHO_SERVER]),
  measure: (port, pinning) => measureWithUdpEcho(port, pinning, "probe"),
};

/** Tells what is the client's from what is the server's. */
function againstC(cEcho: string): ProbeClient {
  return {
    name: "udp-echo probe, C server",
    startServer: (pinning) => ServedProcess.start([...pinning, cEcho]),
    measure: (port, pinning) => measureWithUdpEcho(port, pinning, "echo"),
  };
}

const IRTT: ProbeClient = {
  name: "irtt",
  startServer: (pinning) =>
    ServedProcess.startAt((port) => [
      ...pinning,
      "irtt",
      "server",
      "-i",
      "1ms",
      "-b",
      `127.0.0.1:${port}`,
    ]),
  measure: measureWithIrtt,
};

const SOCKPERF: ProbeClient = {
  name: "sockperf",
  startServer: (pinning) =>
    ServedProcess.startAt((port) => [
      ...pinning,
      "sockperf",
      "server",
      "-i",
      "127.0.0.1",
      "-p",
      String(port),
    ]),
  measure: measureWithSockperf,
};

async function measureWithUdpEcho(
  port: number,
  pinning: Pinning,
  protocol: string,
): Promise<ProbeRun> {
  const text = await run([
    ...pinning,
    ...[process.execPath, join(import.meta.dir, "../packages/echo/src/cli/main.ts"), "probe"],
    ...["-p", String(port), "-i", "1ms", "--duration", `${DURATION_S}s`, "--size", PAYLOAD_BYTES],
    ...["--protocol", protocol, "--csv", "--quiet"],
  ]);
  const [names = "", ...lines] = text.trim().split("\n");
  const columns = names.split(",");
  const rows = lines.map((line) => line.split(","));
  const column = (name: string): string[] => {
    const index = columns.indexOf(name);
    return rows.map((row) => row[index] ?? "");
  };
  const intendedAtNs = column("intendedAtNs").map(Number);
  const rtts = column("rttNs").filter((text) => text !== "");
  return {
    rttsNs: rtts.map(Number),
    latenessNs: column("sentAtNs").map(
      (text, number) => Number(text) - (intendedAtNs[number] ?? 0),
    ),
    lostCount: rows.length - rtts.length,
  };
}

interface IrttTime {
  readonly monotonic: number;
}

interface IrttDocument {
  readonly round_trips: readonly {
    readonly lost: string;
    readonly timestamps: {
      readonly client: { readonly send: IrttTime; readonly receive: IrttTime };
    };
  }[];
}

async function measureWithIrtt(port: number, pinning: Pinning): Promise<ProbeRun> {
  const text = await run([
    ...pinning,
    ...["irtt", "client", "-i", "1ms", "-d", `${DURATION_S}s`, "-l", PAYLOAD_BYTES],
    ...["-o", "-", "-Q", `127.0.0.1:${port}`],
  ]);
  const { round_trips: roundTrips }: IrttDocument = JSON.parse(text);
  const clients = roundTrips.map(({ timestamps }) => timestamps.client);
  const answered = clients.filter((_, number) => roundTrips[number]?.lost === "false");
  return {
    rttsNs: answered.map(({ send, receive }) => receive.monotonic - send.monotonic),
    latenessNs: irttLateness(clients.map(({ send }) => send.monotonic)),
    lostCount: roundTrips.length - answered.length,
  };
}

/**
 * irtt sends its first datagram at once and the others at multiples of the interval since then; after one
 * that left in the second half of an interval it leaves one out. So each datagram's time follows from
 * when the one before it left.
 */
function irttLateness(sentAtNs: readonly number[]): number[] {
  const [originNs = 0] = sentAtNs;
  let dueAtNs = 0;
  return sentAtNs.map((atNs) => {
    const sinceOriginNs = atNs - originNs;
    const latenessNs = sinceOriginNs - dueAtNs;
    const steps = sinceOriginNs % INTERVAL_NS < INTERVAL_NS / 2 ? 1 : 2;
    dueAtNs = INTERVAL_NS * (Math.floor(sinceOriginNs / INTERVAL_NS) + steps);
    return latenessNs;
  });
}

/** It leaves out its first 400 ms and its last 50. */
async function measureWithSockperf(port: number, pinning: Pinning): Promise<ProbeRun> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "udp-bench-"));
  const log = join(folder.path, "datagrams.csv");
  await run([
    ...pinning,
    ...["sockperf", "under-load", "-i", "127.0.0.1", "-p", String(port), "-m", PAYLOAD_BYTES],
    ...["--mps=1000", "-t", String(DURATION_S), "--reply-every", "1", "--full-rtt"],
    ...["--full-log", log],
  ]);
  const text = await readFile(log, "utf8");
  const rows = [...text.matchAll(/^(\d+), ([\d.]+), ([\d.]+), ([\d.]+)$/gm)];
  const [, dropped = "0"] = /# dropped messages = (\d+)/.exec(text) ?? [];
  return {
    rttsNs: rows.map(([, , , , rttUs]) => Number(rttUs) * 1000),
    latenessNs: sockperfLateness(
      rows.map(([, number, sentAtS]) => Number(sentAtS) * 1e9 - Number(number) * INTERVAL_NS),
    ),
    lostCount: Number(dropped),
  };
}

/** It does not say when it began, but never sends too early: the earliest datagram was in time. */
function sockperfLateness(sinceNumberNs: readonly number[]): number[] {
  const originNs = Math.min(...sinceNumberNs);
  return sinceNumberNs.map((atNs) => atNs - originNs);
}

async function run(argv: readonly string[]): Promise<string> {
  const process = Bun.spawn([...argv], { stdout: "pipe", stderr: "pipe" });
  const texts = [new Response(process.stdout).text(), new Response(process.stderr).text()];
  const [stdout = "", stderr = ""] = await Promise.all(texts);
  if ((await process.exited) !== 0) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
  return stdout;
}
