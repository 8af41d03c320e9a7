import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";

/** The program as users run it. */
export const UDP_ATTACK_SIM: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../src/cli/main.ts"),
];

export function startAttackSim(...argv: readonly string[]): RunningProgram {
  return RunningProgram.start([...UDP_ATTACK_SIM, ...argv]);
}

/** Runs the program to its end. */
export async function runAttackSim(...argv: readonly string[]): Promise<Outcome> {
  await using program = startAttackSim(...argv);
  return await program.end();
}

/** The endpoint at the end of a line, such as `Listening at 127.0.0.1:1060`. */
export function endpointIn(line: string): Endpoint {
  const [text = ""] = /[\d.]+:\d+|\[[\da-f:]+\]:\d+/.exec(line) ?? [];
  return parseEndpoint(text);
}

/** The documents on stdout, each checked against its schema. */
export function documentsIn(stdout: string): readonly { readonly kind: string }[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map((document) =>
      parse(documentSchemas[document.kind as keyof typeof documentSchemas], document),
    );
}
