import { describe, expect, test } from "bun:test";
import { RunningProgram, testWhere } from "../src/testing/index.ts";

const SKIPPING = Bun.fileURLToPath(import.meta.resolve("./programs/skipping.ts"));

describe("a test that this host cannot run", () => {
  test("is skipped, and its name says why", async () => {
    const { code, stderr } = await runSkipping("");
    expect(stderr).toContain("(skip) a test (skipped: no such host)");
    expect(code).toBe(0);
  });

  test("fails where LAB=required, and says why", async () => {
    const { code, stderr } = await runSkipping("required");
    expect(stderr).toContain("cannot run here: no such host");
    expect(code).toBe(1);
  });
});

const obstacle = process.platform === "linux" ? undefined : "asks Linux for its ancestors";

testWhere(obstacle, "what whoever started the tests said of LAB reaches them", async () => {
  const starters = await ancestorsOf(process.pid);
  const said = starters.find(({ lab }) => lab !== undefined)?.lab ?? Bun.env.LAB;
  expect(Bun.env.LAB).toBe(isStartedByCi(starters) ? "required" : said);
});

function isStartedByCi(starters: readonly Ancestor[]): boolean {
  return starters.some(({ command }) =>
    command.slice(0, 2).some((word) => word.endsWith(".ci/run")),
  );
}

async function runSkipping(lab: string) {
  await using program = RunningProgram.start([process.execPath, "test", SKIPPING], {
    env: { LAB: lab },
  });
  return await program.end();
}

interface Ancestor {
  readonly command: readonly string[];
  /** The variable LAB as the process was started with it. */
  readonly lab: string | undefined;
}

/** The nearest first; those that this user may not look at left out. */
async function ancestorsOf(pid: number): Promise<Ancestor[]> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  if (parent === 0) return [];
  const environment = await procStrings(parent, "environ");
  const lab = environment.find((line) => line.startsWith("LAB="))?.slice("LAB=".length);
  const command = await procStrings(parent, "cmdline");
  return [{ command, lab }, ...(await ancestorsOf(parent))];
}

async function procStrings(pid: number, file: "environ" | "cmdline"): Promise<string[]> {
  const text = await Bun.file(`/proc/${pid}/${file}`)
    .text()
    .catch(() => "");
  return text.split("\0").slice(0, -1);
}
