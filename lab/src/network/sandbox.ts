import { existsSync, readFileSync } from "node:fs";
import { LabError } from "../errors.ts";
import { childOf } from "../program/running-program.ts";

const isRoot = process.getuid?.() === 0;

/** Whether programs inside may become another user, as tcpdump does: see subuid(5). */
const hasOtherUsers = isRoot || hasSubordinateUsers();

/** Without root, a user namespace makes this user root of it, and of the others. */
const PRIVILEGE = isRoot
  ? []
  : ["--user", "--map-root-user", ...(hasOtherUsers ? ["--map-auto"] : [])];

/** All that is in the namespaces ends with the process that holds them, however that ends. */
const UNSHARE = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Why this host cannot make a sandbox, if it cannot. */
export function sandboxObstacle(): string | undefined {
  if (process.platform !== "linux") return "Linux only";
  const missing = ["unshare", "nsenter", "ip"].find((program) => Bun.which(program) === null);
  if (missing !== undefined) return `needs the program ${missing}`;
  const { success } = Bun.spawnSync(["unshare", ...PRIVILEGE, ...UNSHARE, "true"]);
  if (success) return undefined;
  return isRoot ? "not allowed to make namespaces" : "not root, and not allowed user namespaces";
}

/** Why a host of a lab cannot capture, where there can be labs. */
export function captureObstacle(): string | undefined {
  if (Bun.which("tcpdump") === null) return "needs the program tcpdump";
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

  private constructor(shell: Bun.Subprocess<"pipe", "pipe", "pipe">, shellPid: number) {
    this.#shell = shell;
    this.#shellPid = shellPid;
  }

  /**
   * @param script what the shell runs first, as root of its namespaces.
   * @throws LabError `LAB_UNSUPPORTED`; `LAB_BROKEN` with what the script said on stderr.
   */
  static async open(script: string): Promise<Sandbox> {
    const shell = startShell();
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
   * @param waiter what starts the program and waits for it, outside of the process namespace;
   * default: `nsenter` itself.
   */
  commandAt(namespace: string, argv: readonly string[], waiter?: readonly string[]): string[] {
    const user = isRoot ? [] : ["--user", "--preserve-credentials"];
    const enter = ["nsenter", "--target", String(this.#shellPid), ...user];
    const start = waiter === undefined ? [] : ["--no-fork", ...waiter];
    const at = ["ip", "netns", "exec", namespace];
    return [...enter, "--mount", "--net", "--pid", ...start, ...at, ...argv];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shell.stdin.end();
    await this.#shell.exited;
  }
}

function startShell(): Bun.Subprocess<"pipe", "pipe", "pipe"> {
  const command = ["unshare", ...PRIVILEGE, ...UNSHARE, "sh", "-es"];
  try {
    return Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  } catch (error) {
    throw explain(String(error));
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
    : new LabError("LAB_UNSUPPORTED", `this host cannot make networks: ${obstacle}`);
}

function hasSubordinateUsers(): boolean {
  if (process.platform !== "linux" || Bun.which("newuidmap") === null) return false;
  const user = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
  const lines = existsSync("/etc/subuid") ? readFileSync("/etc/subuid", "utf8").split("\n") : [];
  return user !== "" && lines.some((line) => line.startsWith(`${user}:`));
}
