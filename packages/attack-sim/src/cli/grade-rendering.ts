import type { Rendering } from "@udp/core/cli";
import { columns } from "@udp/core/cli";
import type { ClientGradeDocument, ServerGradeDocument } from "../documents.ts";
import type { ClientFinding, ClientGrade } from "../grading/client-grade.ts";
import type { ServerGrade } from "../grading/server-grade.ts";
import { findingDocument } from "./server-rendering.ts";

const schema = "udp-attack-sim/1";

const WORDS: Readonly<Record<ClientFinding["what"], string>> = {
  port: "source ports",
  id: "ids",
  "other-port": "an answer from another port",
  "other-address": "an answer from another address",
  "wrong-id": "an answer with another id",
  "earlier-answer": "the answer to an earlier request",
  duplicate: "an answer that comes twice",
};

/** What was found out about a client, and what to do about it. */
export function clientReport({
  grade,
  unpredictableBits,
  findings,
}: ClientGrade): Rendering<ClientGradeDocument> {
  const rows = findings.map(({ what, seen, grade: worth }) => [WORDS[what], worth, seen]);
  return {
    text: () =>
      [
        ...columns(rows, "left"),
        "",
        `Who sees nothing has ${unpredictableBits.toFixed(1)} bits to guess`,
        `Grade: ${grade}`,
        ...adviceLines(findings.map(({ advice }) => advice)),
      ].join("\n"),
    document: () => ({
      schema,
      kind: "client-grade",
      grade,
      unpredictableBits,
      findings: findings.map(({ advice, ...finding }) => ({ ...finding, advice: advice ?? null })),
    }),
  };
}

/** The same about a server. */
export function serverReport(
  port: number,
  { grade, findings }: ServerGrade,
): Rendering<ServerGradeDocument> {
  const rows = findings.map(({ scenario, verdict, seen }) => [scenario.name, verdict, seen]);
  const remedies = findings.map(({ scenario, verdict }) =>
    verdict === "dangerous" ? `${scenario.name}: ${scenario.remedy}` : undefined,
  );
  return {
    text: () =>
      [...columns(rows, "left"), "", `Grade: ${grade}`, ...adviceLines(remedies)].join("\n"),
    document: () => ({
      schema,
      kind: "server-grade",
      grade,
      findings: findings.map(({ scenario, ...finding }) =>
        findingDocument(scenario.name, `127.0.0.1:${port}`, finding),
      ),
    }),
  };
}

function adviceLines(advice: readonly (string | undefined)[]): readonly string[] {
  const given = [...new Set(advice.filter((one) => one !== undefined))];
  return given.length === 0 ? [] : ["", "What to do:", ...given.map((one) => `- ${one}`)];
}
