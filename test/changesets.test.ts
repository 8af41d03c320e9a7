import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TemporaryClone } from "./temporary-clone.ts";
import { ROOT } from "./workspace.ts";

const PENDING = [...new Bun.Glob("*.md").scanSync(join(ROOT, ".changeset"))];

let folder: string;
let clone: TemporaryClone;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "udp-changesets-"));
  clone = await TemporaryClone.create(join(folder, "clone"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("what is to be released is read, and comes into the changelogs", async () => {
  const texts = PENDING.map((name) => Bun.file(join(ROOT, ".changeset", name)).text());
  await clone.run("bun", "run", "version");
  const changelogs = new Bun.Glob("packages/*/CHANGELOG.md").scanSync(clone.folder);
  const written = await Promise.all(
    [...changelogs].map((name) => Bun.file(join(clone.folder, name)).text()),
  );
  const missing = (await Promise.all(texts))
    .map((text) => text.split("---\n").at(-1)?.trim() ?? "")
    .filter((text) => !written.some((changelog) => changelog.includes(text)));
  expect(missing).toEqual([]);
  expect([...new Bun.Glob("*.md").scanSync(join(clone.folder, ".changeset"))]).toEqual([]);
}, 60_000);
