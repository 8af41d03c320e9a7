import { formatEndpoint } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output } from "@udp/core/cli";
import { discoverPathMtu } from "../discover.ts";
import { MtuError } from "../errors.ts";
import { viewKernel } from "../view-kernel.ts";
import { discoveryDetails, discoveryReport } from "./discovery-rendering.ts";

/** The options of `udp-mtu discover` as they were given. */
export interface DiscoverFlags extends FamilyFlags {
  readonly port: number;
  readonly sequential?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Measures the path, and prints what it carries beside what the kernel believed before. */
export async function runDiscover(
  terminal: Terminal,
  host: string,
  flags: DiscoverFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const { port } = flags;
  const signal = terminal.interruption;
  // Too large for any datagram: nothing is sent, and the kernel learns nothing yet.
  const believed = await viewKernel({ host, port, family: chosenFamily(flags), signal });
  const discovery = await discoverPathMtu({
    host: believed.target.address,
    port,
    isSequential: flags.sequential,
    signal,
  });
  output.result(discoveryReport(discovery, believed));
  output.detail(discoveryDetails(discovery, believed));
  if (discovery.farEnd !== undefined) return;
  throw new MtuError("MTU_NO_ANSWER", `Nothing answered at ${formatEndpoint(discovery.target)}`);
}
