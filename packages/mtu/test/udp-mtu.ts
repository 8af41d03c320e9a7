import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";
import { parse } from "valibot";
import type { MtuDocumentSchemas } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";

/** The program as users run it. */
export const UDP_MTU: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../src/cli/main.ts"),
];

/** Runs the program to its end. */
export async function runUdpMtu(argv: readonly string[]): Promise<Outcome> {
  await using program = RunningProgram.start([...UDP_MTU, ...argv]);
  return await program.end();
}

/** A reflector, and where it listens. */
export interface ReflectorProcess extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly local: Endpoint;
}

/** Starts `udp-mtu reflector` at a port that the system chooses. */
export async function startReflector(argv: readonly string[] = []): Promise<ReflectorProcess> {
  const program = RunningProgram.start([...UDP_MTU, "reflector", "-p", "0", ...argv]);
  const line = await program.nextLine();
  const text = line.startsWith("{") ? JSON.parse(line).local : line.replace("Listening at ", "");
  return {
    program,
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
      const kind: keyof MtuDocumentSchemas = document.kind;
      return parse(documentSchemas[kind], document);
    });
}
