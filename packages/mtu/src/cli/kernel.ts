import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output } from "@udp/core/cli";
import { viewKernel } from "../view-kernel.ts";
import { kernelReport, provenance } from "./kernel-rendering.ts";

/** The options of `udp-mtu kernel` as they were given. */
export interface KernelFlags extends FamilyFlags {
  readonly port: number;
  readonly size: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Hands the kernel one datagram that it may not cut, and prints what it makes of it. */
export async function runKernel(
  terminal: Terminal,
  host: string,
  flags: KernelFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const view = await viewKernel({
    host,
    port: flags.port,
    family: chosenFamily(flags),
    payloadBytes: flags.size,
    signal: terminal.interruption,
  });
  output.result(kernelReport(view));
  output.detail(provenance(view));
}
