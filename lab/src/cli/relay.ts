import { formatEndpoint } from "@udp/core";
import type { FamilyFlags, Terminal } from "@udp/core/cli";
import { loopbackHost, whenInterrupted } from "@udp/core/cli";
import type { BadLinkOptions } from "../link/bad-link-options.ts";
import { openRelay } from "../relay/relay.ts";
import { relayCounts } from "./render.ts";
import { say } from "./say.ts";

/** The options of `lab relay` as they were given. */
export interface RelayFlags extends FamilyFlags {
  readonly listen: number;
}

/** Relays to a port of this host until it is asked to stop; then says what the link did. */
export async function runRelay(
  terminal: Terminal,
  port: number,
  flags: RelayFlags,
  link: BadLinkOptions | undefined,
): Promise<void> {
  const address = loopbackHost(flags);
  const target = { address, port };
  await using relay = await openRelay({ target, local: { address, port: flags.listen }, link });
  const [from, to] = [formatEndpoint(relay.local), formatEndpoint(target)];
  await say(terminal.stdout, [`Relaying ${from} to ${to}`]);
  await whenInterrupted(terminal);
  await say(terminal.stdout, relayCounts(target, relay.report()));
}
