import { formatEndpoint } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, LiveLines, Output } from "@udp/core/cli";
import type { Discovery } from "../discover.ts";
import { discoverPathMtu } from "../discover.ts";
import type { DiscoveryProgress } from "../discovery/discovery-session.ts";
import { MtuError } from "../errors.ts";
import type { WatchOptions } from "../watch.ts";
import { watchPathMtu } from "../watch.ts";
import { discoveryDetails, discoveryReport } from "./discovery-rendering.ts";
import { ladder } from "./ladder.ts";

const SLOW =
  "Nothing receives at the port. Its host says so about once a second: this takes a while";
const ADVICE = "best, `udp-mtu reflector` runs there";

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
  using live = new LiveLines(terminal, flags);
  const options = {
    host,
    port: flags.port,
    family: chosenFamily(flags),
    isSequential: flags.sequential,
    onProgress: flags.quiet ? undefined : tell(live, output),
    signal: terminal.interruption,
  };
  if (flags.watch) await watch(output, { ...options, intervalMs: flags.interval });
  else requireAnswer(show(output, await discoverPathMtu(options)));
}

/** Shows the sizes that are tried until all is measured, and says once why that takes long. */
function tell(live: LiveLines, output: Output): (progress: DiscoveryProgress) => void {
  let isSlow = false;
  return (progress) => {
    if (progress.farEnd === "closed-port" && !isSlow) {
      live.erase();
      output.note(SLOW);
      isSlow = true;
    }
    if (progress.stage === "over") live.erase();
    else if (live.isShown) live.show(ladder(progress));
  };
}

/** To be asked to stop is no failure once something was measured. */
async function watch(output: Output, options: WatchOptions): Promise<void> {
  let first: Discovery | undefined;
  let answered: Discovery | undefined;
  try {
    for await (const discovery of watchPathMtu(options)) {
      if (first !== undefined) output.detail(`\nChanged at ${new Date().toISOString()}:`);
      show(output, discovery);
      if (first === undefined) output.note("Watching: changes will be printed; Ctrl-C ends");
      first ??= discovery;
      if (discovery.farEnd !== undefined) answered ??= discovery;
    }
  } catch (error) {
    if (first === undefined || error !== options.signal?.reason) throw error;
    requireAnswer(answered ?? first);
  }
}

function show(output: Output, discovery: Discovery): Discovery {
  output.result(discoveryReport(discovery, new Date()));
  output.detail(discoveryDetails(discovery));
  return discovery;
}

function requireAnswer({ farEnd, target }: Discovery): void {
  if (farEnd !== undefined) return;
  const where = formatEndpoint(target);
  throw new MtuError("MTU_NO_ANSWER", `Nothing measurable answered at ${where}: ${ADVICE}`);
}
