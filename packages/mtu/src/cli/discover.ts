import { formatEndpoint } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, LiveLines, Output } from "@udp/core/cli";
import type { DiscoverOptions, Discovery } from "../discover.ts";
import { discoverPathMtu } from "../discover.ts";
import { MtuError } from "../errors.ts";
import type { WatchOptions } from "../watch.ts";
import { watchPathMtu } from "../watch.ts";
import { discoveryDetails, discoveryReport } from "./discovery-rendering.ts";
import { ladder } from "./ladder.ts";

/** The options of `udp-mtu discover` as they were given. */
export interface DiscoverFlags extends FamilyFlags {
  readonly port: number;
  readonly sequential?: true | undefined;
  readonly watch?: true | undefined;
  readonly interval?: number | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Measures the path, and prints what it carries. */
export async function runDiscover(
  terminal: Terminal,
  host: string,
  flags: DiscoverFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const options = {
    host,
    port: flags.port,
    family: chosenFamily(flags),
    isSequential: flags.sequential,
    signal: terminal.interruption,
  };
  if (flags.watch) return await watch(output, { ...options, intervalMs: flags.interval });
  const discovery = await discoverOnTerminal(terminal, flags, options);
  show(output, discovery);
  if (discovery.farEnd !== undefined) return;
  throw new MtuError("MTU_NO_ANSWER", `Nothing answered at ${formatEndpoint(discovery.target)}`);
}

/** Shows the sizes that are tried, until they are measured. */
async function discoverOnTerminal(
  terminal: Terminal,
  { quiet }: DiscoverFlags,
  options: DiscoverOptions,
): Promise<Discovery> {
  using live = new LiveLines(terminal, { quiet });
  const discovery = await discoverPathMtu({
    ...options,
    onProgress: (progress) => live.show(ladder(progress)),
  });
  live.erase();
  return discovery;
}

/** To be asked to stop is no failure once something was measured. */
async function watch(output: Output, options: WatchOptions): Promise<void> {
  let shownCount = 0;
  try {
    for await (const discovery of watchPathMtu(options)) {
      if (shownCount > 0) output.detail(`\nChanged at ${new Date().toISOString()}:`);
      show(output, discovery);
      if (shownCount++ === 0) output.note("Watching: changes will be printed; Ctrl-C ends");
    }
  } catch (error) {
    if (shownCount === 0 || error !== options.signal?.reason) throw error;
  }
}

function show(output: Output, discovery: Discovery): void {
  output.result(discoveryReport(discovery, new Date()));
  output.detail(discoveryDetails(discovery));
}
