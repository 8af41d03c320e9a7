import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import type { Check } from "../lesson/check.ts";
import { askInLesson } from "../lesson/client.ts";
import { answer, howItCouldKnow, ignored, waiting } from "./lesson-rendering.ts";

/** The options of `udp-attack-sim client` as they were given. */
export interface ClientFlags {
  readonly port: number;
  readonly check: Check;
  readonly message?: string | undefined;
  readonly timeout: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Asks, says at which port it waits, and prints what it came to believe. */
export async function runClient(
  terminal: Terminal,
  host: string,
  flags: ClientFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const { check } = flags;
  const believed = await askInLesson({
    host,
    port: flags.port,
    check,
    question: flags.message,
    timeoutMs: flags.timeout,
    onSent: ({ local, server }) => {
      output.result(waiting({ local, server, check }));
      output.note(
        `Waiting; in another terminal: udp-attack-sim attacker --port ${local.port}${hostOption(local.address)}`,
      );
    },
    onIgnored: (datagram) => {
      if (!flags.quiet) output.result(ignored(datagram));
    },
    signal: terminal.interruption,
  });
  output.result(answer(believed));
  if (believed.isFooled) output.warn(howItCouldKnow(believed));
}

function hostOption(address: string): string {
  return address === "127.0.0.1" ? "" : ` --host ${address}`;
}
