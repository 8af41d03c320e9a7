import { cp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Environment } from "./command.ts";
import { run } from "./command.ts";
import { ROOT } from "./workspace.ts";

const NOT_SOURCE = new Set([".git", ".turbo", "coverage", "dist", "node_modules", "reports"]);

/**
 * A repository of its own with the files of this one as they are, committed or not, and everything
 * installed that they depend on.
 */
export class TemporaryClone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(folder: string): Promise<TemporaryClone> {
    await cp(ROOT, folder, { recursive: true, filter: (path) => !NOT_SOURCE.has(basename(path)) });
    const clone = new TemporaryClone(folder);
    await clone.run("git", "init", "--quiet", "--initial-branch=main");
    await clone.run("git", "config", "user.name", "Publish test");
    await clone.run("git", "config", "user.email", "publish-test@localhost");
    await clone.commit("test: working state");
    await clone.run("bun", "install", "--frozen-lockfile");
    return clone;
  }

  /** Runs a program in this clone and returns what it wrote to stdout. */
  run(...command: string[]): Promise<string> {
    return run(command, { cwd: this.folder, env: withoutGit(Bun.env) });
  }

  async commit(message: string): Promise<void> {
    await this.run("git", "add", "--all");
    await this.run("git", "commit", "--quiet", "--no-verify", "--message", message);
  }

  async tags(): Promise<string[]> {
    return lines(await this.run("git", "tag", "--list"));
  }

  /** Files that the newest commit touched. */
  async changedFiles(): Promise<string[]> {
    return lines(await this.run("git", "show", "--name-only", "--format=", "HEAD"));
  }

  /** Replaces whatever changesets wait for a release by one. */
  async setOnlyChangeset(text: string): Promise<void> {
    const folder = join(this.folder, ".changeset");
    for (const pending of new Bun.Glob("*.md").scanSync(folder)) await rm(join(folder, pending));
    await Bun.write(join(folder, "only.md"), text);
    await this.commit("test: only changeset");
  }
}

/** Inside a git hook these variables would point git at this repository instead of the clone. */
function withoutGit(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
}

function lines(text: string): string[] {
  return text.trim().split("\n");
}
