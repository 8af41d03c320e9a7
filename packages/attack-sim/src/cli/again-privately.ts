import type { Terminal } from "@udp/core/cli";
import { runPrivately } from "../private-network.ts";

/** Runs the same command in a private network, on this terminal; its end is ours. */
export async function againPrivately(
  { interruption }: Terminal,
  words: readonly string[],
): Promise<void> {
  process.exitCode = await runPrivately([process.execPath, Bun.main, ...words], interruption);
}
