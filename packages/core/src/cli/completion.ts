import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import { EXIT } from "./exit-code.ts";

/** `complete zsh|bash|fish|powershell` prints the shell's script, `complete -- words` its candidates. */
export async function printCompletion(
  program: CommandUnknownOpts,
  argv: readonly string[],
): Promise<ExitCode> {
  tab(program as Command);
  await program.parseAsync(["complete", ...argv], { from: "user" });
  return EXIT.done;
}
