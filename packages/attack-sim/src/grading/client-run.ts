import type { Endpoint } from "@udp/core";

/** A client that has neither answered nor ended by then is ended. */
const LIMIT_MS = 10_000;

/** More than this of what a client says is not kept. */
const MAX_OUTPUT_CHARACTERS = 65_536;

/** A process of somebody's client. */
export interface ClientRun extends AsyncDisposable {
  /** What it has written so far, to stdout and stderr. */
  readonly output: string;
  /** How it ended; `undefined` before that, and where it was ended. */
  readonly code: number | undefined;
  /** Whether it ends within the time. */
  endsWithin(durationMs: number): Promise<boolean>;
  /** Settles when it has ended and all that it wrote is read, or when its time is over. */
  ends(): Promise<undefined>;
}

/**
 * Starts a client by the shell; `{host}` and `{port}` in the line stand for the server.
 *
 * @param signal ends the client.
 */
export function startClient(
  command: string,
  { address, port }: Endpoint,
  signal: AbortSignal | undefined,
): ClientRun {
  const line = command.replaceAll("{host}", address).replaceAll("{port}", String(port));
  return new ShellClient(line, signal);
}

class ShellClient implements ClientRun {
  output = "";
  code: number | undefined;
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #closed: Promise<true>;
  readonly #signal: AbortSignal | undefined;
  readonly #kill = (): void => killGroup(this.#child.pid);

  constructor(line: string, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#child = Bun.spawn(["sh", "-c", line], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      detached: true,
    });
    const { stdout, stderr } = this.#child;
    this.#closed = this.#close([this.#read(stdout), this.#read(stderr)]);
    signal?.addEventListener("abort", this.#kill, { once: true });
  }

  async endsWithin(durationMs: number): Promise<boolean> {
    const late: PromiseWithResolvers<boolean> = Promise.withResolvers();
    const timer = setTimeout(late.resolve, durationMs, false);
    try {
      return await Promise.race([this.#closed, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async ends(): Promise<undefined> {
    await this.endsWithin(LIMIT_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#kill);
    this.#kill();
    await this.#child.exited;
  }

  async #close(reading: readonly Promise<void>[]): Promise<true> {
    await Promise.all(reading);
    this.code = await this.#child.exited;
    return true;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.output += decoder.decode(chunk, { stream: true });
      this.output = this.output.slice(0, MAX_OUTPUT_CHARACTERS);
    }
  }
}

/** A shell and what it has started, as far as they have not ended. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}
