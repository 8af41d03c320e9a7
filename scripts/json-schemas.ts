/** Writes `packages/<tool>/schemas/<kind>.json` from the document schemas of each tool. */
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

const ROOT = join(import.meta.dir, "..");

/** The schema files of one package, as text by path. */
export function renderSchemas(
  folder: string,
  schemas: Readonly<Record<string, GenericSchema>>,
): Map<string, string> {
  const files = Object.entries(schemas).map(([kind, schema]) => {
    const path = `packages/${folder}/schemas/${kind}.json`;
    return [path, `${JSON.stringify(toJsonSchema(schema), null, 2)}\n`] as const;
  });
  return new Map(files);
}

/** The schema files of every package that has documents. */
export async function renderAllSchemas(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of new Bun.Glob("packages/*/src/documents.ts").scanSync(ROOT)) {
    const folder = path.split("/")[1] ?? "";
    const { documentSchemas } = await import(`../${path}`);
    for (const [file, text] of renderSchemas(folder, documentSchemas)) files.set(file, text);
  }
  return files;
}

if (import.meta.main) {
  for (const [path, text] of await renderAllSchemas()) await Bun.write(join(ROOT, path), text);
}
