import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { childOf, hasEnded } from "./running-program.ts";
import { RUN_AND_WAIT } from "./waiter.ts";

const HANG_UP_INTERVAL_MS = 100;

/** How a program is run in the foreground. */
export interface ForegroundOptions {
  /** Besides the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell that a person types at; default `false`. It stops its programs, and is stopped by SIGHUP. */
  readonly isShell?: boolean;
}

/**
 * Runs a program on the input and output of this process, to its end. Where that is a terminal, the
 * program has it for itself, Ctrl-C included; SIGINT and SIGTERM for this process are passed on.
 *
 * @param commandWith the command that starts a waiter, a command that starts what stands behind it.
 * @returns the exit code, as shells count: 128 and the signal's number where a signal ended it.
 */
export async function runInForeground(
  commandWith: (waiter: readonly string[]) => readonly string[],
  { env, isShell = false }: ForegroundOptions = {},
): Promise<number> {
  const command = commandWith(["sh", ...waiterOptions(isShell), "sh"]);
  const waiter = Bun.spawn([...command], {
    env: { ...Bun.env, ...env },
    stdio: ["inherit", "inherit", "inherit"],
  });
  const passOn = (signal: NodeJS.Signals): void => {
    void (isShell ? hangUp(waiter) : kill(waiter, signal));
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, passOn);
  const code = await waiter.exited;
  for (const signal of signals) process.off(signal, passOn);
  return code;
}

/**
 * Asks a shell to end, again and again: bash that is just about to wait for a key notes the signal,
 * and looks at its notes when the next signal or key wakes it.
 */
async function hangUp(shellWaiter: Bun.Subprocess): Promise<void> {
  while (!hasEnded(shellWaiter)) {
    await kill(shellWaiter, "SIGHUP");
    await Bun.sleep(HANG_UP_INTERVAL_MS);
  }
}

async function kill(waiter: Bun.Subprocess, signal: NodeJS.Signals): Promise<void> {
  const pid = await childOf(waiter);
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It has ended, and who waits for it has not said so yet.
  }
}

/** With job control (`-m`) the program is a process group of its own, to which the terminal goes. */
function waiterOptions(isShell: boolean): string[] {
  if (!hasTerminal()) return ["-c", `trap : INT TERM; ${RUN_AND_WAIT}`];
  // Nobody could continue what Ctrl-Z has stopped.
  return ["-mc", isShell ? RUN_AND_WAIT : `trap '' TSTP; ${RUN_AND_WAIT}`];
}

/** Where input or output is not the terminal, another program of a pipeline may need that. */
function hasTerminal(): boolean {
  return isatty(0) && isatty(1) && isInForeground();
}

/** See proc_pid_stat(5): behind the name come state, parent, process group, session, terminal, its group. */
function isInForeground(): boolean {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [, , group, , , foregroundGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === foregroundGroup;
}
