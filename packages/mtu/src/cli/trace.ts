import { formatEndpoint } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output } from "@udp/core/cli";
import { MtuError } from "../errors.ts";
import { traceHops } from "../trace.ts";
import { traceReport } from "./trace-rendering.ts";

/** The options of `udp-mtu trace` as they were given. */
export interface TraceFlags extends FamilyFlags {
  readonly port: number;
  readonly size?: number | undefined;
  readonly maxHops: number;
  readonly json?: true | undefined;
  readonly color: ColorChoice;
}

/** Prints the hops of a path, and where packets of a size vanish. */
export async function runTrace(terminal: Terminal, host: string, flags: TraceFlags): Promise<void> {
  const output = new Output(terminal, flags);
  const trace = await traceHops({
    host,
    port: flags.port,
    family: chosenFamily(flags),
    maxHops: flags.maxHops,
    largePacketBytes: flags.size,
    signal: terminal.interruption,
  });
  output.result(traceReport(trace));
  if (trace.hops.some(({ addresses }) => addresses.length > 0)) return;
  const target = formatEndpoint(trace.target);
  throw new MtuError("MTU_NO_ANSWER", `Nothing answered on the way to ${target}`);
}
