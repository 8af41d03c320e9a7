import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output, unlessInterrupted, whenInterrupted } from "@udp/core/cli";
import { hearsBroadcasts, listen } from "../listener.ts";
import { deafness, heard, listening, summary } from "./server-rendering.ts";

/** The options of `udp-broadcast server` as they were given. */
export interface ServerFlags {
  readonly port: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Shows what it hears until the user, or the system, asks it to stop; then says how much that was. */
export async function runServer(
  terminal: Terminal,
  address: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  let receivedCount = 0;
  const starting = listen({
    address,
    port: flags.port,
    signal: terminal.interruption,
    onDatagram: (datagram) => {
      receivedCount++;
      if (!flags.quiet) output.stream(heard(datagram));
    },
  });
  await using listener = await unlessInterrupted(terminal, starting);
  if (listener === undefined) return;
  if (!hearsBroadcasts(listener.local.address)) output.warn(deafness(listener.local));
  output.result(listening(listener.local));
  await whenInterrupted(terminal);
  output.result(summary(receivedCount, output.droppedLineCount));
}
