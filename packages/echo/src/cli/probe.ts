import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, LiveLines, Output, writeLines } from "@udp/core/cli";
import type { EngineName } from "../engine.ts";
import type { EngineChoice } from "../engine-choice.ts";
import { datagramRows } from "../probe/datagram-rows.ts";
import type { PayloadFill } from "../probe/payload-fill.ts";
import type { ProbeOptions } from "../probe/prober.ts";
import { probe } from "../probe/prober.ts";
import type { ProbeProgress } from "../probe/progress.ts";
import type { ProbeProtocolName } from "../probe/protocol.ts";
import { reportOf } from "../probe/report.ts";
import type { ProbeResult } from "../probe/result.ts";
import { noReply } from "../probe/result.ts";
import { csvLines, jsonLines } from "./datagram-lines.ts";
import { ProgressLine } from "./progress-line.ts";
import { slowerEngine } from "./render.ts";
import { measurement } from "./render-probe.ts";
import { readStampKey } from "./stamp-key.ts";

/** The options of `udp-echo probe` as they were given. */
export interface ProbeFlags extends FamilyFlags {
  /** Left out where it is the protocol's own. */
  readonly port: number | undefined;
  readonly keyFile?: string | undefined;
  readonly count?: number | undefined;
  readonly interval: number;
  readonly duration?: number | undefined;
  readonly size?: number | undefined;
  readonly protocol: ProbeProtocolName | "auto";
  readonly schedule: "fixed" | "poisson";
  readonly burst: number;
  readonly fill: PayloadFill;
  readonly ttl?: number | undefined;
  readonly dscp?: number | undefined;
  readonly df?: true | undefined;
  readonly source?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly wait?: number | undefined;
  readonly late: number;
  readonly timeout: number;
  readonly engine: EngineName | "auto";
  readonly json?: true | undefined;
  readonly each?: true | undefined;
  readonly csv?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

type OutputFlags = Pick<ProbeFlags, "json" | "each" | "csv" | "quiet" | "color">;

/** What the flags ask the library for. */
export async function probeOptions(host: string, flags: ProbeFlags): Promise<ProbeOptions> {
  return {
    key: isKeyWanted(flags) ? await readStampKey(flags.keyFile) : undefined,
    host,
    port: flags.port,
    family: chosenFamily(flags),
    protocol: flags.protocol,
    count: flags.count,
    intervalMs: flags.interval,
    durationMs: flags.duration,
    payloadBytes: flags.size,
    schedule: flags.schedule,
    burstSize: flags.burst,
    fill: flags.fill,
    hopLimit: flags.ttl,
    dscp: flags.dscp,
    dontFragment: flags.df,
    sourceAddress: flags.source,
    sourcePort: flags.sourcePort,
    waitMs: flags.wait,
    lateAfterMs: flags.late,
    answerTimeoutMs: flags.timeout,
    engine: flags.engine,
  };
}

/** One that is named is not left out in silence; the variable is for whom it may concern. */
function isKeyWanted({ protocol, keyFile }: ProbeFlags): boolean {
  return protocol === "stamp" || keyFile !== undefined;
}

/** How the library's options are called where they are typed. */
export const PROBE_FLAGS: Readonly<Record<string, string>> = {
  payloadBytes: "--size",
  key: "--key-file",
  durationMs: "--duration",
};

/** Measures, shows how far it has come, and prints what came of it. */
export async function runProbe(
  terminal: Terminal,
  options: ProbeOptions,
  flags: OutputFlags,
): Promise<void> {
  const lines = new LiveLines(terminal, { quiet: flags.quiet });
  const line = new ProgressLine();
  const onProgress = (progress: ProbeProgress): void => lines.show([line.next(progress)]);
  const { interruption: signal } = terminal;
  try {
    const hooks = { onEngine: tellObstacle(terminal, flags), ...(lines.isShown && { onProgress }) };
    const result = await probe({ ...options, signal, ...hooks });
    lines.erase();
    await print(result, terminal, flags);
    if (result.counts.answeredCount === 0) throw noReply(result);
  } finally {
    lines.erase();
  }
}

function tellObstacle(terminal: Terminal, flags: OutputFlags): (choice: EngineChoice) => void {
  return ({ engine, obstacle }) => {
    if (obstacle !== undefined) new Output(terminal, flags).note(slowerEngine(engine, obstacle));
  };
}

async function print(result: ProbeResult, terminal: Terminal, flags: OutputFlags): Promise<void> {
  const rows = datagramRows(result.samples);
  if (flags.csv) await writeLines(terminal.stdout, csvLines(rows));
  else {
    if (flags.each) await writeLines(terminal.stdout, jsonLines(rows));
    const output = new Output(terminal, { ...flags, json: flags.json ?? flags.each });
    output.result(measurement(reportOf(result)));
  }
}
