import type { Readable, Writable } from "node:stream";
import { EXIT } from "./exit-code.ts";

/** What a command line runs on; tests hand in streams of their own. */
export interface Terminal {
  /** What a person types. */
  readonly stdin: Readable;
  /** Results, and nothing else. */
  readonly stdout: Writable;
  /** Notes, warnings and errors. */
  readonly stderr: Writable;
  /** Whether a person can be asked: input and output are a terminal. */
  readonly isInteractive: boolean;
  /** Aborted when the user, or the system, asks the program to stop. */
  readonly interruption: AbortSignal;
}

/**
 * The terminal of this process. The first SIGINT or SIGTERM asks to stop; another one stops, unless
 * it follows within 500 ms and so is the same one, as `bunx` passes on what the terminal sends too.
 * A reader that has gone away (EPIPE) ends the process quietly, any other failure to write with 1.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  let askedAtNs = 0;
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (Bun.nanoseconds() - askedAtNs > SAME_SIGNAL_NS) process.exit(EXIT.interrupted);
      return;
    }
    askedAtNs = Bun.nanoseconds();
    // The terminal has shown ^C on the line.
    if (signal === "SIGINT" && process.stderr.isTTY) process.stderr.write("\n");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", exitOnWriteFailure);
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true && !isDumb(),
    interruption: controller.signal,
  };
}

const SAME_SIGNAL_NS = 500_000_000;

/** Such a terminal cannot move its cursor, and so cannot show a question that is being answered. */
function isDumb(): boolean {
  return Bun.env.TERM === "dumb";
}

function exitOnWriteFailure({ code, message }: NodeJS.ErrnoException): never {
  if (code === "EPIPE") process.exit(EXIT.done);
  process.stderr.write(`error: cannot write the output: ${message}\n`);
  process.exit(EXIT.failed);
}

/** Settles when the program is asked to stop; at once where it was asked before. */
export function whenInterrupted({ interruption }: Terminal): Promise<void> {
  if (interruption.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    interruption.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What was started with the terminal's interruption as its signal; `undefined` where that ended it. */
export async function unlessInterrupted<Started>(
  { interruption }: Terminal,
  starting: Promise<Started>,
): Promise<Started | undefined> {
  try {
    return await starting;
  } catch (error) {
    if (interruption.aborted && error === interruption.reason) return undefined;
    throw error;
  }
}
