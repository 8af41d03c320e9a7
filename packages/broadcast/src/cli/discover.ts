import type { ColorChoice, Terminal } from "@udp/core/cli";
import { LiveLines, Output } from "@udp/core/cli";
import { discover } from "../discovery.ts";
import type { DiscoveryMethod } from "../discovery-plan.ts";
import { BroadcastError } from "../errors.ts";
import { discovery, responder, responderTable } from "./discover-rendering.ts";

/** The options of `udp-broadcast discover` as they were given. */
export interface DiscoverFlags {
  readonly method: DiscoveryMethod;
  readonly port: number;
  readonly wait: number;
  readonly watch?: true | undefined;
  readonly onLink?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Finds those who answer, and shows them: at the end, or as they come and go. */
export async function runDiscover(
  terminal: Terminal,
  network: string | undefined,
  flags: DiscoverFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const isWatching = flags.watch === true;
  using live = new LiveLines(terminal, { quiet: flags.quiet || flags.json });
  const found = discover({
    network,
    method: flags.method,
    port: flags.port,
    waitMs: isWatching ? Number.POSITIVE_INFINITY : flags.wait,
    requiresOnLink: flags.onLink === true,
    signal: terminal.interruption,
  });
  let foundCount = 0;
  for await (const event of found) {
    if (event.type === "found") foundCount++;
    live.erase();
    if (isWatching) output.stream(responder(event));
    live.show(responderTable(found.responders));
  }
  live.erase();
  if (foundCount === 0) terminal.interruption.throwIfAborted();
  if (flags.json && !isWatching) {
    for (const one of found.responders) output.stream(responder({ type: "found", responder: one }));
  }
  output.result(discovery(found, { isWatching, droppedLineCount: output.droppedLineCount }));
  if (foundCount === 0) throw nobody();
}

function nobody(): BroadcastError {
  return new BroadcastError(
    "BROADCAST_NOBODY",
    "nobody answered; start udp-broadcast server --answer on another host, and see udp-broadcast check",
  );
}
