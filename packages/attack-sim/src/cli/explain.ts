import type { Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { ATTACKS } from "../attackers/catalogue.ts";
import { SERVER_SCENARIOS } from "../servers/catalogue.ts";
import { explanation } from "./catalogue-rendering.ts";

/** Tells how one scenario goes. */
export function runExplain(
  terminal: Terminal,
  name: string,
  flags: { readonly json?: true | undefined },
): void {
  const scenario = [...ATTACKS, ...SERVER_SCENARIOS].find((known) => known.name === name);
  if (scenario !== undefined) new Output(terminal, flags).result(explanation(scenario));
}
