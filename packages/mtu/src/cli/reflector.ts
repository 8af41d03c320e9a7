import type { ColorChoice, FamilyFlags, RateFlags, Terminal } from "@udp/core/cli";
import {
  chosenFamily,
  Output,
  ReasonDigest,
  unlessInterrupted,
  whenInterrupted,
} from "@udp/core/cli";
import type { Reflector, ReflectorRequest } from "../reflector.ts";
import { serveReflector } from "../reflector.ts";
import type { IgnoredReason } from "../reflector-session.ts";
import { listening, request, summary } from "./reflector-rendering.ts";

/** The options of `udp-mtu reflector` as they were given. */
export interface ReflectorFlags extends FamilyFlags, RateFlags {
  readonly port: number;
  readonly budget?: number | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Reflects until the user, or the system, asks it to stop; then says what was reflected. */
export async function runReflector(
  terminal: Terminal,
  host: string,
  flags: ReflectorFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  await using reflector = await unlessInterrupted(terminal, start(terminal, output, host, flags));
  if (reflector === undefined) return;
  output.result(listening(reflector.local));
  await whenInterrupted(terminal);
  output.result(summary(reflector.counters, output.droppedLineCount));
}

function start(
  { interruption }: Terminal,
  output: Output,
  host: string,
  flags: ReflectorFlags,
): Promise<Reflector> {
  return serveReflector({
    host,
    port: flags.port,
    family: chosenFamily(flags),
    budgetBytes: flags.budget,
    ratePerSource: flags.ratePerSource,
    rateTotal: flags.rateTotal,
    onRequest: flags.quiet ? undefined : showRequests(output),
    signal: interruption,
  });
}

function showRequests(output: Output): (event: ReflectorRequest) => void {
  const digest = new ReasonDigest<IgnoredReason>();
  return (event) => {
    const { ignored } = event;
    const unshownCount = ignored ? digest.admit(ignored, Bun.nanoseconds()) : 0;
    if (unshownCount !== undefined) output.stream(request(event, unshownCount));
  };
}
