import { expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./workspace.ts";

interface Project {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const FOLDERS = [
  "bench",
  "examples",
  "lab",
  ...new Bun.Glob("packages/*/package.json").scanSync(ROOT),
]
  .map((path) => (path.endsWith(".json") ? dirname(path) : path))
  .sort();

const PROJECTS = new Map<string, Project>();
for (const folder of FOLDERS)
  PROJECTS.set(folder, await Bun.file(join(ROOT, folder, "package.json")).json());

/** The compiler builds several projects at once: one that is not named may not be there yet. */
test.each(FOLDERS)("%s is built after what it depends on", async (folder) => {
  const { dependencies, devDependencies } = PROJECTS.get(folder) ?? {};
  const needed = Object.keys({ ...dependencies, ...devDependencies });
  const expected = FOLDERS.filter((other) => needed.includes(PROJECTS.get(other)?.name ?? ""));
  const config: { references?: { path: string }[] } = await Bun.file(
    join(ROOT, folder, "tsconfig.json"),
  ).json();
  const referenced = (config.references ?? []).map(({ path }) =>
    relative(ROOT, join(ROOT, folder, path)),
  );
  expect(referenced.toSorted()).toEqual(expected);
});
