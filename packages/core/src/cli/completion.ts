import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Command } from "commander";
import { bashCompletion } from "./bash-completion.ts";
import type { ExitCode } from "./exit-code.ts";
import { EXIT } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";

/** `complete zsh|bash|fish|powershell` prints the shell's script, `complete -- words` its candidates. */
export async function printCompletion(
  program: CommandUnknownOpts,
  terminal: Terminal,
  argv: readonly string[],
): Promise<ExitCode> {
  if (argv.length === 1 && argv[0] === "bash") {
    terminal.stdout.write(bashCompletion(program.name()));
    return EXIT.done;
  }
  tab(program as Command);
  await program.parseAsync(["complete", ...argv], { from: "user" });
  return EXIT.done;
}
