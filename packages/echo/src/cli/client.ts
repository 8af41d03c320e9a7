import { readEphemeralPorts, sameEndpoint } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output } from "@udp/core/cli";
import { askEcho } from "../client.ts";
import { timeMessage } from "../time-message.ts";
import { assigned, deceived, ignored, reply } from "./render.ts";

/** The options of `udp-echo client` as they were given. */
export interface ClientFlags extends FamilyFlags {
  readonly port: number;
  readonly message?: string | undefined;
  readonly timeout: number;
  readonly acceptAny?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Sends one datagram, says from where, and prints the answer. */
export async function runClient(
  terminal: Terminal,
  host: string,
  flags: ClientFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const ephemeral = await readEphemeralPorts();
  const message = flags.message ?? timeMessage(performance.timeOrigin + performance.now());
  if (flags.acceptAny) output.warn("believing whoever answers first, from whatever address");
  const answer = await askEcho({
    host,
    port: flags.port,
    family: chosenFamily(flags),
    payload: new TextEncoder().encode(message),
    timeoutMs: flags.timeout,
    acceptAny: flags.acceptAny,
    onSent: ({ local }) => output.detail(assigned(local, ephemeral)),
    onIgnored: (datagram) => output.note(ignored(datagram)),
    signal: terminal.interruption,
  });
  output.result(reply(answer));
  if (!sameEndpoint(answer.from, answer.server)) output.warn(deceived(answer));
}
