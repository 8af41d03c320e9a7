import { join } from "node:path";

/** A program of the toolkit: its name, and the file that Bun runs. */
export interface Tool {
  readonly name: string;
  readonly path: string;
}

const PACKAGES = join(import.meta.dir, "../../../packages");

/** The programs of every package in this checkout. */
export async function readToolkit(): Promise<Tool[]> {
  const manifests = [...new Bun.Glob("*/package.json").scanSync(PACKAGES)].toSorted();
  const tools = manifests.map((manifest) => readTools(join(PACKAGES, manifest)));
  return (await Promise.all(tools)).flat();
}

async function readTools(manifest: string): Promise<Tool[]> {
  const { bin = {} }: { readonly bin?: Readonly<Record<string, string>> } =
    await Bun.file(manifest).json();
  return Object.entries(bin).map(([name, path]) => ({ name, path: join(manifest, "..", path) }));
}
