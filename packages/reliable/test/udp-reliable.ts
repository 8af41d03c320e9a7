import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";
import { parse } from "valibot";
import type { ReliableDocumentSchemas } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";

/** The program as users run it. */
export const UDP_RELIABLE: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../src/cli/main.ts"),
];

export function startUdpReliable(argv: readonly string[]): RunningProgram {
  return RunningProgram.start([...UDP_RELIABLE, ...argv]);
}

/** Runs the program to its end. */
export async function runUdpReliable(argv: readonly string[]): Promise<Outcome> {
  await using program = startUdpReliable(argv);
  return await program.end();
}

/** A server, and where it listens. */
export interface ServerProcess extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly local: Endpoint;
}

/** Starts `udp-reliable server` at a port that the system chooses; it drops nothing unless told to. */
export async function startServer(
  argv: readonly string[] = [],
  host = "127.0.0.1",
): Promise<ServerProcess> {
  const program = startUdpReliable(["server", host, "-p", "0", "--drop", "0", ...argv]);
  return { program, ...(await listening(program)) };
}

/** Waits for the first line, `Listening at 127.0.0.1:1060`, or the document that says so. */
async function listening(program: RunningProgram): Promise<Omit<ServerProcess, "program">> {
  const line = await program.nextLine();
  const text = line.startsWith("{") ? JSON.parse(line).local : line.replace("Listening at ", "");
  return {
    local: parseEndpoint(text),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** One document a line, each as its schema says. */
export function documents(stdout: string): unknown[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const document = JSON.parse(line);
      const kind: keyof ReliableDocumentSchemas = document.kind;
      return parse(documentSchemas[kind], document);
    });
}
