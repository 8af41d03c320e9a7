import type { Rendering } from "@udp/core/cli";
import { columns } from "@udp/core/cli";
import { ATTACKS } from "../attackers/catalogue.ts";
import { DEFENCE_MEANINGS, DEFENCES, PRESETS } from "../defences/defence.ts";
import type { CatalogueDocument, EntryDocument, ExplanationDocument } from "../documents.ts";
import { SERVER_SCENARIOS } from "../servers/catalogue.ts";

const schema = "udp-attack-sim/1";

const LINE_CHARACTERS = 80;

/** All that the laboratory knows. */
export function catalogue(): Rendering<CatalogueDocument> {
  const attacks = ATTACKS.map(({ name, title }) => ({ name, title }));
  const servers = SERVER_SCENARIOS.map(({ name, title }) => ({ name, title }));
  const defences = DEFENCES.map((name) => ({ name, title: DEFENCE_MEANINGS[name] }));
  const presets = [...PRESETS].map(([name, parts]) => ({ name, title: parts.join("+") }));
  return {
    text: () =>
      [
        ...section("Attacks on a client", attacks),
        "",
        ...section("Attacks on a server", servers),
        "",
        ...section("Defences, to be joined by +", defences),
        "",
        ...section("Defences as they are used together", presets),
      ].join("\n"),
    document: () => ({ schema, kind: "catalogue", attacks, servers, defences, presets }),
  };
}

/** What is told of a scenario: an attack on a client, or something that is tried on servers. */
export type Explained = Omit<ExplanationDocument, "schema" | "kind">;

/** One scenario in words. */
export function explanation(scenario: Explained): Rendering<ExplanationDocument> {
  const { name, title, story, remedy, reference } = scenario;
  return {
    text: () =>
      [
        `${name}: ${title}`,
        "",
        wrapped(story),
        "",
        wrapped(`What helps: ${remedy}`),
        "",
        wrapped(`See: ${reference}`),
      ].join("\n"),
    document: () => ({ schema, kind: "explanation", name, title, story, remedy, reference }),
  };
}

function wrapped(paragraph: string): string {
  return Bun.wrapAnsi(paragraph, LINE_CHARACTERS);
}

function section(heading: string, entries: readonly EntryDocument[]): readonly string[] {
  const rows = entries.map(({ name, title }) => [`  ${name}`, title]);
  return [`${heading}:`, ...columns(rows, "left")];
}
