import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output, whenInterrupted } from "@udp/core/cli";
import type { ReplyMode } from "../responder.ts";
import { serveEcho } from "../server.ts";
import { listening, request, summary } from "./render.ts";

/** The options of `udp-echo server` as they were given. */
export interface ServerFlags extends FamilyFlags {
  readonly port: number;
  readonly reply: ReplyMode;
  readonly ratePerSource?: number | "none" | undefined;
  readonly rateTotal?: number | "none" | undefined;
  readonly allowSourcePort?: readonly number[] | undefined;
  readonly trusted?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Serves until the user, or the system, asks it to stop; then says what was served. */
export async function runServer(
  terminal: Terminal,
  host: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  await using server = await serveEcho({
    host,
    port: flags.port,
    family: chosenFamily(flags),
    reply: flags.reply,
    ratePerSource: flags.ratePerSource,
    rateTotal: flags.rateTotal,
    allowedSourcePorts: flags.allowSourcePort,
    isTrusted: flags.trusted,
    onRequest: flags.quiet ? undefined : (event) => output.stream(request(event)),
  });
  output.result(listening(server.local));
  await whenInterrupted(terminal);
  server.close();
  output.result(summary(server.counters, output.droppedCount));
}
