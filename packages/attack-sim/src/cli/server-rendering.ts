import type { Rendering } from "@udp/core/cli";
import { columns } from "@udp/core/cli";
import type { FindingDocument, ServersDocument } from "../documents.ts";
import type { ServerComparison } from "../servers/compare-servers.ts";
import type { Finding } from "../servers/server-scenario.ts";

/** A careless server and ours, side by side. */
export function comparisonReport(
  comparisons: readonly ServerComparison[],
): Rendering<ServersDocument> {
  return {
    text: () => comparisonTable(comparisons).join("\n"),
    document: () => ({
      schema: "udp-attack-sim/1",
      kind: "servers",
      findings: comparisons.flatMap(({ scenario, findings }) => [
        findingDocument(scenario.name, "naive", findings.naive),
        findingDocument(scenario.name, "udp-echo", findings["udp-echo"]),
      ]),
    }),
  };
}

export function findingDocument(
  scenario: string,
  server: string,
  { verdict, seen, figure }: Finding,
): FindingDocument {
  return { scenario, server, verdict, seen, figure: figure ?? null };
}

function comparisonTable(comparisons: readonly ServerComparison[]): readonly string[] {
  const rows = comparisons.map(({ scenario, findings }) => [
    scenario.name,
    marked(findings.naive),
    marked(findings["udp-echo"]),
  ]);
  return [
    "Servers as weapons, and out of action:",
    "",
    ...columns([["", "a careless server", "udp-echo server"], ...rows], "left"),
    "",
    "! dangerous   ? nothing could be said",
  ];
}

const MARKS: Readonly<Record<Finding["verdict"], string>> = {
  safe: "",
  dangerous: " !",
  unknown: " ?",
};

function marked({ verdict, seen }: Finding): string {
  return `${seen}${MARKS[verdict]}`;
}
