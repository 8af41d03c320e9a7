import { existsSync, readFileSync } from "node:fs";
import { LabError } from "../errors.ts";
import { childOf } from "../program/running-program.ts";
import { WAITER } from "../program/waiter.ts";

const isRoot = process.getuid?.() === 0;

/** Whether programs inside may become another user, as tcpdump does: see subuid(5). */
const hasOtherUsers = isRoot || hasSubordinateUsers();

/** Without root, a user namespace makes this user root of it, and of the others. */
const PRIVILEGE = isRoot
  ? []
  : ["--user", "--map-root-user", ...(hasOtherUsers ? ["--map-auto"] : [])];

/** All that is in the namespaces ends with the process that holds them, however that ends. */
const UNSHARE = ["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** What makes a sandbox and runs programs in it. */
const PROGRAMS = ["unshare", "nsenter", "setsid", "ip", "mount", "sh"];

/** Where a program cannot be run, a shell says so, and ends with 126 or 127. */
const EXECUTE = ["sh", "-c", 'exec "$@"', "sh"] as const;

/** Why this host cannot make a sandbox, if it cannot. */
export function sandboxObstacle(): string | undefined {
  const missing = missingPart(PROGRAMS);
  if (missing !== undefined) return missing;
  const { success } = Bun.spawnSync(["unshare", ...PRIVILEGE, ...UNSHARE, "true"]);
  if (success) return undefined;
  return isRoot ? "not allowed to make namespaces" : "not root, and not allowed user namespaces";
}

/** What this host would have to have for a sandbox in which these programs run, in words. */
function missingPart(programs: readonly string[]): string | undefined {
  if (process.platform !== "linux") return "Linux only";
  const missing = programs.find((program) => Bun.which(program) === null);
  return missing === undefined ? undefined : `needs the program ${missing}`;
}

/** Why a host of a lab cannot capture, where there can be labs. */
export function captureObstacle(): string | undefined {
  const missing = missingPart(["tcpdump"]);
  if (missing !== undefined) return missing;
  return hasOtherUsers ? undefined : "not root, and no subordinate users (newuidmap, /etc/subuid)";
}

/**
 * Private network, mount and process namespaces, and a shell in them that waits for the end of its
 * input. That comes when the sandbox is disposed of, and when this process is gone; then the kernel
 * kills what runs inside, and nothing is left.
 */
export class Sandbox implements AsyncDisposable {
  readonly #shell: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #shellPid: number;
  #isGone = false;

  private constructor(shell: Bun.Subprocess<"pipe", "pipe", "pipe">, shellPid: number) {
    this.#shell = shell;
    this.#shellPid = shellPid;
  }

  /**
   * @param script what the shell runs first, as root of its namespaces.
   * @param programs what the script needs besides what every sandbox does.
   * @throws LabError `LAB_UNSUPPORTED`; `LAB_BROKEN` with what the script said on stderr.
   */
  static async open(script: string, programs: readonly string[]): Promise<Sandbox> {
    const missing = missingPart([...PROGRAMS, ...programs]);
    if (missing !== undefined) throw unsupported(missing);
    const command = ["unshare", ...PRIVILEGE, ...UNSHARE, "sh", "-es"];
    const shell = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    shell.stdin.write(`mount -t tmpfs tmpfs /run\n${script}\necho ready\n`);
    shell.stdin.flush();
    // Before that, it may have other children: those that map users.
    const pid = (await isReady(shell.stdout)) ? await childOf(shell) : undefined;
    if (pid !== undefined) return new Sandbox(shell, pid);
    shell.kill("SIGKILL");
    throw explain((await shell.stderr.text()).trim());
  }

  /**
   * The command that runs a program at one of the network namespaces inside.
   *
   * @param waiter starts the program and waits for it, outside of the process namespace. `nsenter`
   * could do so, but it stops with a program that is stopped, and then outlives it.
   * @throws LabError `LAB_BROKEN` where the sandbox is gone.
   */
  commandAt(
    namespace: string,
    argv: readonly string[],
    waiter: readonly string[] = WAITER,
  ): string[] {
    if (this.#isGone) throw new LabError("LAB_BROKEN", "the network is gone: it was disposed of");
    const user = isRoot ? [] : ["--user", "--preserve-credentials"];
    const enter = ["nsenter", "--target", String(this.#shellPid), `--wd=${process.cwd()}`, ...user];
    const at = ["ip", "netns", "exec", namespace, ...EXECUTE];
    return [...enter, "--mount", "--net", "--uts", "--pid", "--no-fork", ...waiter, ...at, ...argv];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isGone = true;
    this.#shell.stdin.end();
    await this.#shell.exited;
  }
}

async function isReady(stdout: ReadableStream<Uint8Array>): Promise<boolean> {
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of stdout) {
    said += decoder.decode(chunk, { stream: true });
    if (said.endsWith("ready\n")) return true;
  }
  return false;
}

function explain(complaint: string): LabError {
  const obstacle = sandboxObstacle();
  return obstacle === undefined
    ? new LabError("LAB_BROKEN", `the network could not be built: ${complaint}`)
    : unsupported(obstacle);
}

function unsupported(obstacle: string): LabError {
  return new LabError("LAB_UNSUPPORTED", `this host cannot make networks: ${obstacle}`);
}

function hasSubordinateUsers(): boolean {
  if (process.platform !== "linux" || Bun.which("newuidmap") === null) return false;
  const user = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
  const lines = existsSync("/etc/subuid") ? readFileSync("/etc/subuid", "utf8").split("\n") : [];
  return user !== "" && lines.some((line) => line.startsWith(`${user}:`));
}
