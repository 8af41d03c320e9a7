export type Environment = Record<string, string | undefined>;

export interface RunOptions {
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * Runs a program to its end and returns what it wrote to stdout.
 *
 * @throws Error with everything that it said, where it fails.
 */
export async function run(command: readonly string[], options: RunOptions): Promise<string> {
  const child = Bun.spawn([...command], { ...options, stdin: "ignore", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) {
    throw new Error(`${command.join(" ")} in ${options.cwd} failed:\n${stdout}\n${stderr}`);
  }
  return stdout;
}
