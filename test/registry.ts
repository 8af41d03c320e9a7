import { join } from "node:path";
import { runServer } from "verdaccio";

/** What a registry answers for the name of a package. */
interface Packument {
  readonly "dist-tags": { readonly latest: string };
  readonly versions: Record<string, { readonly dist: { readonly tarball: string } }>;
}

export interface Registry extends AsyncDisposable {
  /** Ends in a slash. */
  readonly url: string;
  /** An npmrc that lets its reader publish here. */
  readonly npmrcPath: string;
  /** Every version of a package, oldest first. */
  versions(name: string): Promise<string[]>;
  /** The newest version of a package, as a gzipped tar archive. */
  tarball(name: string): Promise<ArrayBuffer>;
}

/**
 * Starts an empty npm registry on loopback. It keeps what is published as `@udp/*` in `folder`, and
 * asks the registry at `uplinkUrl` for everything else.
 */
export async function startRegistry(folder: string, uplinkUrl: string): Promise<Registry> {
  const server = await runServer({
    storage: join(folder, "storage"),
    self_path: join(folder, "config.yaml"),
    uplinks: { npm: { url: uplinkUrl } },
    packages: {
      "@udp/*": { access: ["$all"], publish: ["$anonymous"] },
      "**": { access: ["$all"], proxy: ["npm"] },
    },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${server.address().port}`;
  const url = `http://${host}/`;
  const npmrcPath = join(folder, "npmrc");
  await Bun.write(npmrcPath, `//${host}/:_authToken=anyone\n`);

  return {
    url,
    npmrcPath,
    versions: async (name) => Object.keys((await packument(url, name)).versions),
    tarball: async (name) => {
      const { versions, "dist-tags": tags } = await packument(url, name);
      return (await fetch(versions[tags.latest]?.dist.tarball ?? url)).arrayBuffer();
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function packument(url: string, name: string): Promise<Packument> {
  const response = await fetch(`${url}${name}`);
  if (!response.ok) throw new Error(`The registry answers ${response.status} for ${name}`);
  return response.json() as Promise<Packument>;
}
