import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";

/** The program as users run it. */
export const UDP_ECHO: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../src/cli/main.ts"),
];

export function startUdpEcho(
  argv: readonly string[],
  env: Record<string, string> = {},
): RunningProgram {
  return RunningProgram.start([...UDP_ECHO, ...argv], { env });
}

/** Runs the program to its end. */
export async function runUdpEcho(argv: readonly string[]): Promise<Outcome> {
  await using program = startUdpEcho(argv);
  return await program.end();
}

/** A program that serves, and where. */
export interface ServerProcess extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly local: Endpoint;
}

/** Starts `udp-echo server` at a port that the system chooses, unless `argv` names one. */
export function startServer(argv: readonly string[] = []): Promise<ServerProcess> {
  const port = argv.includes("-p") ? [] : ["-p", "0"];
  return listening(startUdpEcho(["server", ...port, ...argv]));
}

/** Waits for the first line, `Listening at 127.0.0.1:1060`, or the document that says so. */
export async function listening(program: RunningProgram): Promise<ServerProcess> {
  const line = await program.nextLine();
  const text = line.startsWith("{") ? JSON.parse(line).local : line.replace("Listening at ", "");
  return {
    program,
    local: parseEndpoint(text),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
