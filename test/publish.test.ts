import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./command.ts";
import { run } from "./command.ts";
import { installConsumer, typecheckConsumer } from "./consumer.ts";
import type { Registry } from "./registry.ts";
import { startRegistry } from "./registry.ts";
import { TemporaryClone } from "./temporary-clone.ts";
import { ROOT, readManifests } from "./workspace.ts";

const PACKAGES = await readManifests();
const TOOLS = PACKAGES.filter(({ bin }) => bin !== undefined);

let folder: string;
let clone: TemporaryClone;
let registry: Registry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "udp-publish-"));
  const uplink = await run(["npm", "config", "get", "registry"], { cwd: ROOT, env: Bun.env });
  registry = await startRegistry(join(folder, "registry"), uplink.trim());
  clone = await TemporaryClone.create(join(folder, "clone"));
}, 60_000);

afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test("the release command publishes and tags every package", async () => {
  await release();
  expect(await publishedVersions()).toEqual(
    Object.fromEntries(PACKAGES.map(({ name, version }) => [name, [version]])),
  );
  expect(await clone.tags()).toEqual(PACKAGES.map(({ name, version }) => `${name}@${version}`));
}, 60_000);

describe.each(PACKAGES)("the tarball of $name", ({ name }) => {
  let path: string;
  let files: Map<string, File>;

  beforeAll(async () => {
    const tarball = await registry.tarball(name);
    path = join(folder, "tarballs", `${name.replace("/", "-")}.tgz`);
    await Bun.write(path, tarball);
    files = await new Bun.Archive(tarball).files();
  });

  test("names its dependencies as a registry knows them", async () => {
    const manifest = await files.get("package/package.json")?.text();
    expect(manifest).toContain(`"name": "${name}"`);
    expect(manifest).not.toMatch(/"(workspace|catalog):/);
  });

  test("has source, declarations and the licence, and nothing of tests", async () => {
    const paths = [...files.keys()];
    expect(paths).toContain("package/src/index.ts");
    expect(paths).toContain("package/dist/src/index.d.ts");
    expect(paths.filter((file) => /\.test\.|\/(test|bench)\/|buildinfo/.test(file))).toEqual([]);
    expect(await files.get("package/LICENSE")?.text()).toBe(
      await Bun.file(join(ROOT, "LICENSE")).text(),
    );
  });

  test("has exports and types that resolve", async () => {
    await clone.run("bun", "run", "check:exports", path);
    await clone.run("bun", "run", "check:types", path);
  }, 30_000);
});

describe("somebody who never saw this project", () => {
  test.each(TOOLS)(
    "asks $name for help",
    async ({ name }) => {
      const stranger = await makeStranger();
      expect(await run(["bunx", name, "--help"], stranger)).toContain("Usage:");
    },
    60_000,
  );

  test("runs an echo server and a client", async () => {
    const stranger = await makeStranger();
    const server = Bun.spawn(["bunx", "@udp/echo", "server", "-p", "0"], stranger);
    try {
      const port = await listeningPort(server.stdout);
      expect(await run(["bunx", "@udp/echo", "client", "-p", port], stranger)).toContain(
        `The server 127.0.0.1:${port} replied "Your data was 38 bytes long"`,
      );
    } finally {
      server.kill();
      await server.exited;
    }
  }, 60_000);

  describe("writes a program", () => {
    let consumer: string;

    beforeAll(async () => {
      const { cwd, env } = await makeStranger();
      consumer = cwd;
      await installConsumer(consumer, PACKAGES, env);
    }, 60_000);

    test.each([
      { module: "preserve", moduleResolution: "bundler" },
      { module: "nodenext", moduleResolution: "nodenext" },
    ])(
      "that type-checks with $moduleResolution",
      async (resolution) => {
        await typecheckConsumer(consumer, resolution);
      },
      30_000,
    );
  });
});

test("a patch of a tool that no other needs releases that tool alone", async () => {
  const before = await publishedVersions();
  await clone.setOnlyChangeset('---\n"@udp/broadcast": patch\n---\n\nA patch.\n');
  await clone.run("bun", "run", "version");
  await clone.commit("release: broadcast");
  await release();

  const { "@udp/broadcast": versions = [], ...others } = await publishedVersions();
  const { "@udp/broadcast": versionsBefore = [], ...othersBefore } = before;
  const version = versions.at(-1);
  expect({ others, versions }).toEqual({
    others: othersBefore,
    versions: [...versionsBefore, expect.any(String)],
  });
  expect(await clone.tags()).toContain(`@udp/broadcast@${version}`);
  expect(await clone.changedFiles()).toEqual([
    ".changeset/only.md",
    "bun.lock",
    "packages/broadcast/CHANGELOG.md",
    "packages/broadcast/package.json",
  ]);
  const changelog = await Bun.file(join(clone.folder, "packages/broadcast/CHANGELOG.md")).text();
  expect(changelog).toMatch(
    /^# @udp\/broadcast\n\n## (.+)\n\n### Patch Changes\n\n- \w+: A patch\.\n/,
  );
  expect(changelog).toContain(`\n## ${version}\n`);
}, 60_000);

/** With a home of its own: nothing of the developer's settings may send a package elsewhere. */
async function release(): Promise<void> {
  const { env } = await makeStranger();
  await run(["bun", "run", "release"], {
    cwd: clone.folder,
    env: { ...env, NPM_CONFIG_USERCONFIG: registry.npmrcPath },
  });
}

async function publishedVersions(): Promise<Record<string, string[]>> {
  const entries = PACKAGES.map(async ({ name }) => [name, await registry.versions(name)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** An empty folder, an empty home with empty caches, and no settings but the registry. */
async function makeStranger(): Promise<{ cwd: string; env: Environment }> {
  const home = await mkdtemp(join(folder, "home-"));
  const cwd = join(home, "empty");
  await mkdir(cwd);
  const env = { PATH: Bun.env.PATH, HOME: home, TMPDIR: home, NPM_CONFIG_REGISTRY: registry.url };
  return { cwd, env };
}

async function listeningPort(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const decoder = new TextDecoder();
  // The pipe stays open: a server whose reader has gone may end.
  for await (const chunk of stdout.values({ preventCancel: true })) {
    said += decoder.decode(chunk, { stream: true });
    const port = /Listening at 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port) return port;
  }
  throw new Error(`The server ended without listening: ${said}`);
}
