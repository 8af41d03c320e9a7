import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";
import type { InferOutput } from "valibot";
import { parse } from "valibot";
import type { BroadcastDocumentSchemas } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";

/** The program as users run it. */
export const UDP_BROADCAST: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../src/cli/main.ts"),
];

/** Runs the program to its end. */
export async function runUdpBroadcast(argv: readonly string[]): Promise<Outcome> {
  await using program = RunningProgram.start([...UDP_BROADCAST, ...argv]);
  return await program.end();
}

/** A server, and where it listens. */
export interface ServerProcess extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly local: Endpoint;
}

/** Starts `udp-broadcast server` at a port that the system chooses. */
export async function startServer(argv: readonly string[] = []): Promise<ServerProcess> {
  const program = RunningProgram.start([...UDP_BROADCAST, "server", "-p", "0", ...argv]);
  const line = await program.nextLine();
  const { local } = line.startsWith("{")
    ? JSON.parse(line)
    : { local: line.replace("Listening for datagrams at ", "") };
  return {
    program,
    local: parseEndpoint(local),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** One document a line, each as its schema says. */
export function documents(
  stdout: string,
): InferOutput<BroadcastDocumentSchemas[keyof BroadcastDocumentSchemas]>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const document = JSON.parse(line);
      const kind: keyof BroadcastDocumentSchemas = document.kind;
      return parse(documentSchemas[kind], document);
    });
}
