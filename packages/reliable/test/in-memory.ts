import type { ExitCode } from "@udp/core/cli";
import { runProgram } from "@udp/core/cli";
import { MemoryTerminal } from "@udp/core/testing";
import { reliableProgram } from "../src/cli/program.ts";

export interface MemoryOutcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `udp-reliable` in this process. */
export async function runInMemory(
  argv: readonly string[],
  terminal: MemoryTerminal = new MemoryTerminal(),
): Promise<MemoryOutcome> {
  const code = await runProgram(reliableProgram, terminal, argv);
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}
