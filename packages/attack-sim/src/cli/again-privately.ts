import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import { runPrivately } from "../private-network.ts";

/** Runs the same command in a private network, on this terminal; its end is ours. */
export async function againPrivately(
  { interruption }: Terminal,
  command: CommandUnknownOpts,
): Promise<void> {
  // What stands behind the program's name, also where the wizard has asked for it.
  const words = command.parent?.args ?? [];
  process.exitCode = await runPrivately([process.execPath, Bun.main, ...words], interruption);
}
