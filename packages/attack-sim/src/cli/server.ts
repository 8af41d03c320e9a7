import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output, unlessInterrupted, whenInterrupted } from "@udp/core/cli";
import { serveLesson } from "../lesson/server.ts";
import { listening, request, summary } from "./lesson-rendering.ts";

/** The options of `udp-attack-sim server` as they were given. */
export interface ServerFlags {
  readonly port: number;
  readonly stalled?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Serves until it is asked to stop. */
export async function runServer(
  terminal: Terminal,
  host: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const isStalled = flags.stalled === true;
  const starting = serveLesson({
    host,
    port: flags.port,
    isStalled,
    onRequest: (received) => {
      if (!flags.quiet) output.stream(request(received));
    },
    signal: terminal.interruption,
  });
  await using server = await unlessInterrupted(terminal, starting);
  if (server === undefined) return;
  output.result(listening(server.local, isStalled));
  await whenInterrupted(terminal);
  output.result(summary(server.counters));
}
