import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import { parseEndpoint } from "@udp/core";
import type { Outcome } from "@udp/lab/testing";
import { RunningProgram } from "@udp/lab/testing";
import type { InferOutput } from "valibot";
import { parse } from "valibot";
import type { AttackSimDocumentSchemas } from "../src/documents.ts";
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

type AnyDocument = InferOutput<AttackSimDocumentSchemas[keyof AttackSimDocumentSchemas]>;

/** The documents of one kind on stdout. */
export function ofKind<Kind extends AnyDocument["kind"]>(
  stdout: string,
  kind: Kind,
): readonly Extract<AnyDocument, { kind: Kind }>[] {
  const isIt = (document: AnyDocument): document is Extract<AnyDocument, { kind: Kind }> =>
    document.kind === kind;
  return documentsIn(stdout).filter(isIt);
}

/** The documents on stdout, each checked against its schema. */
export function documentsIn(stdout: string): readonly AnyDocument[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map((document) =>
      parse(documentSchemas[document.kind as keyof typeof documentSchemas], document),
    );
}
