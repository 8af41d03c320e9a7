import { join } from "node:path";
import type { LabHost } from "@udp/lab";
import type { PathNetwork } from "./path-mtu-networks.ts";

/** Where a path leads. */
export interface PathTarget {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  /** What the first hop carries. */
  readonly firstMtuBytes: number;
}

/** A tool that says what a path carries. */
export interface PathMtuTool {
  readonly version: string;
  /** As people type it. */
  readonly commandFor: (family: PathTarget["family"]) => string;
  /** Where it is of interest; default: everywhere. */
  readonly isFor?: (network: PathNetwork) => boolean;
  /** Asks it once. */
  readonly find: (from: LabHost, target: PathTarget) => Promise<Answer>;
}

/** What a tool says a path carries; `undefined` where it has no answer. */
export interface Answer {
  readonly pathMtuBytes: number | undefined;
  /** Whether it says that it may be more. */
  readonly isAtLeast?: boolean;
}

/** `udp-mtu` of this checkout. */
export const UDP_MTU: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../packages/mtu/src/cli/main.ts"),
];

const PATIENCE_S = "60";
/** No path of the comparison has more hops, and tracepath waits 3 s for each that is silent. */
const HOPS = "3";
/** A person gives up sooner. */
const MAX_PINGS = 5;

const VERSION_ARGV: Readonly<Record<string, readonly string[]>> = {
  tracepath: ["tracepath", "-V"],
  scamper: ["scamper", "-v"],
  ping: ["ping", "-V"],
};

const REFLECTOR_PORT = "1060";
const CLOSED_PORT = "9";

const TOOLS: readonly (Omit<PathMtuTool, "version"> & { readonly program: string })[] = [
  {
    program: "udp-mtu",
    commandFor: () => "udp-mtu discover",
    find: (from, target) => askUdpMtu(from, target, REFLECTOR_PORT),
  },
  {
    program: "udp-mtu",
    commandFor: () => `udp-mtu discover -p ${CLOSED_PORT}`,
    isFor: ({ hasClosedPortAsked = false }) => hasClosedPortAsked,
    find: (from, target) => askUdpMtu(from, target, CLOSED_PORT),
  },
  { program: "tracepath", commandFor: () => `tracepath -n -m ${HOPS}`, find: askTracepath },
  {
    program: "scamper",
    commandFor: (family) => `scamper -I "${scamperCommand(family)}"`,
    find: askScamper,
  },
  { program: "ping", commandFor: () => "ping -M do -c 1 -W 1", find: askPing },
];

/** The tools of the comparison that there are here, `udp-mtu` first. */
export function installedTools(): PathMtuTool[] {
  const missing = missingPrograms();
  const present = TOOLS.filter(({ program }) => !missing.includes(program));
  return present.map((tool) => ({ ...tool, version: versionOf(tool.program) }));
}

/** Those that there are not. */
export function missingPrograms(): string[] {
  return Object.keys(VERSION_ARGV).filter((program) => Bun.which(program) === null);
}

function versionOf(program: string): string {
  const argv = VERSION_ARGV[program];
  if (argv === undefined) return `${program} of this checkout`;
  const { stdout, stderr } = Bun.spawnSync([...argv]);
  const [version = "of unknown version"] = /\d{8}\w*/.exec(`${stdout}${stderr}`) ?? [];
  return `${program} ${version}`;
}

async function askUdpMtu(from: LabHost, { address }: PathTarget, port: string): Promise<Answer> {
  const text = await run(from, [...UDP_MTU, "discover", address, "-p", port, "--json"]);
  const { pathMtuBytes, witnesses } = JSON.parse(text);
  return { pathMtuBytes: pathMtuBytes ?? undefined, isAtLeast: !witnesses.forward.isExact };
}

async function askTracepath(from: LabHost, { address }: PathTarget): Promise<Answer> {
  const text = await run(from, ["tracepath", "-n", "-m", HOPS, address]);
  return { pathMtuBytes: numberIn(/Resume: pmtu (\d+)/, text) };
}

/** It says what each hop is reached with; where the far end is not among them, it knows nothing. */
async function askScamper(from: LabHost, { address, family }: PathTarget): Promise<Answer> {
  const text = await run(from, [
    ...["scamper", "-n", "127.0.0.1"], // it refuses to start without a name server, and asks none
    ...["-I", `${scamperCommand(family)} ${address}`],
  ]);
  const lastLine = text.split("\n").findLast((line) => line.includes(` ${address} `));
  return { pathMtuBytes: numberIn(/mtu: (\d+)\]/, lastLine ?? "") };
}

/** udp-paris tells its IPv6 probes by their checksum, which virtual cables leave to be computed. */
function scamperCommand(family: PathTarget["family"]): string {
  return `trace -P ${family === "ipv4" ? "udp-paris" : "udp"} -M -w 1`;
}

/** As a person does: what is too large is tried again in the size that a router says. */
async function askPing(from: LabHost, target: PathTarget): Promise<Answer> {
  const { address, family, firstMtuBytes } = target;
  const headerBytes = family === "ipv4" ? 28 : 48;
  let pathMtuBytes: number | undefined = firstMtuBytes;
  for (let count = 0; count < MAX_PINGS && pathMtuBytes !== undefined; count++) {
    const size = String(pathMtuBytes - headerBytes);
    const text = await run(from, ["ping", "-n", "-c1", "-W1", "-M", "do", "-s", size, address]);
    if (text.includes(" 1 received")) return { pathMtuBytes };
    pathMtuBytes = numberIn(/mtu ?= ?(\d+)/, text);
  }
  return { pathMtuBytes: undefined };
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const [, digits] = pattern.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Tools that find nothing end with other codes than 0. */
async function run(from: LabHost, argv: readonly string[]): Promise<string> {
  await using program = await from.spawn(["timeout", PATIENCE_S, ...argv]);
  return (await program.end()).stdout;
}
