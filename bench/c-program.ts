import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program of `reference`, built for as long as the scope lasts. */
export interface CProgram extends AsyncDisposable {
  readonly path: string;
}

/** Whether there is a compiler. */
export function hasCompiler(): boolean {
  return Bun.which("cc") !== null;
}

/** @param name of the source, without `.c`. */
export async function compile(name: string): Promise<CProgram> {
  const folder = await mkdtempDisposable(join(tmpdir(), "udp-bench-"));
  const path = join(folder.path, name);
  const source = join(import.meta.dir, "reference", `${name}.c`);
  const { success, stderr } = Bun.spawnSync(["cc", "-O2", "-o", path, source]);
  if (!success) throw new Error(`${name}.c cannot be built: ${stderr}`);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
