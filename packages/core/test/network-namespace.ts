import { test } from "bun:test";

const isRequired = Bun.env.LAB === "required";

/** Why this host cannot make a network namespace, if it cannot. */
export function namespaceObstacle(): string | undefined {
  if (process.platform !== "linux") return "Linux only";
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["unshare", "ip"].find((command) => Bun.which(command) === null);
  if (missing !== undefined) return `needs the command ${missing}`;
  const { success } = Bun.spawnSync(["unshare", "-n", "ip", "link", "set", "lo", "up"]);
  return success ? undefined : "not allowed to make a network namespace";
}

/** Skips, with the reason in the name, unless every test is required to run. */
export function testUnless(
  reason: string | undefined,
  name: string,
  body: () => Promise<void>,
): void {
  const isSkipped = reason !== undefined && !isRequired;
  test.skipIf(isSkipped)(isSkipped ? `${name} (skipped: ${reason})` : name, body);
}

/** Runs a program in a network namespace of its own; what it prints, read as JSON. */
export async function runInNamespace(program: string): Promise<unknown> {
  const { stdout } = Bun.spawn(["unshare", "-n", process.execPath, Bun.fileURLToPath(program)]);
  return await stdout.json();
}
