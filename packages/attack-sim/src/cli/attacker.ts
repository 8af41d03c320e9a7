import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { sendLie } from "../lesson/attacker.ts";
import { sent } from "./lesson-rendering.ts";

/** The options of `udp-attack-sim attacker` as they were given. */
export interface AttackerFlags {
  readonly host: string;
  readonly port: number;
  readonly message: string;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Sends one datagram to a client that waits for somebody else's answer. */
export async function runAttacker(terminal: Terminal, flags: AttackerFlags): Promise<void> {
  const output = new Output(terminal, flags);
  const { host, port, message } = flags;
  output.result(sent(await sendLie({ host, port, message, signal: terminal.interruption })));
  output.note("Nothing was intercepted, and no address forged: this came from a port of our own.");
}
