import { expect, test } from "bun:test";
import { renderAllSchemas } from "../scripts/json-schemas.ts";

test("the published JSON Schemas say what the document schemas say", async () => {
  const expected = await renderAllSchemas();
  const published = [...new Bun.Glob("packages/*/schemas/*.json").scanSync()].sort();
  expect(published).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(await Bun.file(path).text()).toBe(text);
});
