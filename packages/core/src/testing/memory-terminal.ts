import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";

/** A stream that keeps what is written to it. */
export class MemoryOutput extends Writable {
  readonly #decoder = new TextDecoder();
  #text = "";

  /** All that was written so far. */
  get text(): string {
    return this.#text;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text += this.#decoder.decode(chunk, { stream: true });
    done();
    this.emit("grown");
  }

  /** Settles when this part is among what was written; never where it is not. */
  async shown(part: string): Promise<void> {
    while (!this.#text.includes(part)) await once(this, "grown");
  }
}

/** What a {@link MemoryTerminal} is like. */
export interface MemoryTerminalOptions {
  /** Whether a person can be asked. Default `false`. */
  readonly isInteractive?: boolean;
}

/** A terminal in memory, for tests of command lines; it fits `Terminal` of `@udp/core/cli`. */
export class MemoryTerminal {
  /** Write key presses to it. */
  readonly stdin: PassThrough = new PassThrough();
  /** Keeps what a command prints. */
  readonly stdout: MemoryOutput = new MemoryOutput();
  /** Keeps what a command tells people. */
  readonly stderr: MemoryOutput = new MemoryOutput();
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  readonly #interruption = new AbortController();

  constructor({ isInteractive = false }: MemoryTerminalOptions = {}) {
    this.isInteractive = isInteractive;
  }

  /** Aborted by {@link interrupt}. */
  get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  /** Asks the program to stop, as SIGINT and SIGTERM do. */
  interrupt(): void {
    this.#interruption.abort();
  }
}
