import { join } from "node:path";

/** The folder of this repository. */
export const ROOT: string = join(import.meta.dir, "..");

/** What the tests read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Record<string, unknown>;
  readonly bin?: Record<string, string>;
}

/** The manifests of all packages that are released, in the order of their folders. */
export async function readManifests(): Promise<Manifest[]> {
  const paths = [...new Bun.Glob("packages/*/package.json").scanSync(ROOT)].sort();
  const manifests = await Promise.all(paths.map(readManifest));
  return manifests.filter((manifest) => manifest.private !== true);
}

function readManifest(path: string): Promise<Manifest> {
  return Bun.file(join(ROOT, path)).json();
}
