import { expect, test } from "bun:test";
import { join } from "node:path";
import { renderAllSchemas } from "../scripts/json-schemas.ts";
import { ROOT } from "./workspace.ts";

test("the published JSON Schemas say what the document schemas say", async () => {
  const expected = await renderAllSchemas();
  const published = [...new Bun.Glob("packages/*/schemas/*.json").scanSync(ROOT)].sort();
  expect(published).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(await Bun.file(join(ROOT, path)).text()).toBe(text);
});
