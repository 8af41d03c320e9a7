import type { Readable, Writable } from "node:stream";
import { EXIT } from "./exit-code.ts";

/** What a command line runs on; tests hand in streams of their own. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person can be asked: input and output are a terminal. */
  readonly isInteractive: boolean;
  /** Aborted when the user, or the system, asks the program to stop. */
  readonly interruption: AbortSignal;
}

/**
 * The terminal of this process. The first SIGINT or SIGTERM asks to stop, the second one stops; a
 * reader that has gone away (EPIPE) ends the process quietly, any other failure to write with 1.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
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

/** Such a terminal cannot move its cursor, and so cannot show a question that is being answered. */
function isDumb(): boolean {
  return Bun.env.TERM === "dumb";
}

function exitOnWriteFailure({ code, message }: NodeJS.ErrnoException): never {
  if (code === "EPIPE") process.exit(EXIT.done);
  process.stderr.write(`error: cannot write the output: ${message}\n`);
  process.exit(EXIT.failed);
}

export function whenInterrupted({ interruption }: Terminal): Promise<void> {
  if (interruption.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    interruption.addEventListener("abort", () => resolve(), { once: true });
  });
}
