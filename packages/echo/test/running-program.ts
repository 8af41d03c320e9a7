/** How a program ended, and everything that it wrote. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What colours depend on is the test's to say, not the shell's that runs it. */
const ENVIRONMENT = { ...Bun.env, NO_COLOR: undefined, FORCE_COLOR: undefined };

/** A program without a terminal. Its output is read as it is asked for, so a test can be a slow reader. */
export class RunningProgram implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #stdout: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #takenLength = 0;

  constructor(command: readonly string[], env: Record<string, string> = {}) {
    this.#process = Bun.spawn([...command], {
      env: { ...ENVIRONMENT, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      lazy: true,
    });
    this.#stdout = this.#process.stdout[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The next line of stdout. */
  async nextLine(): Promise<string> {
    let end = this.#text.indexOf("\n", this.#takenLength);
    while (end < 0) {
      if (!(await this.#read())) throw new Error(`no further line; ${await this.#explain()}`);
      end = this.#text.indexOf("\n", this.#takenLength);
    }
    const line = this.#text.slice(this.#takenLength, end);
    this.#takenLength = end + 1;
    return line;
  }

  /** Ends the program by a signal, or waits until it ends by itself. */
  async end(signal?: NodeJS.Signals): Promise<Outcome> {
    if (signal !== undefined) this.#process.kill(signal);
    while (await this.#read());
    const stderr = await this.#process.stderr.text();
    return { code: await this.#process.exited, stdout: this.#text, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  async #read(): Promise<boolean> {
    const { done, value } = await this.#stdout.next();
    this.#text += done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
    return !done;
  }

  async #explain(): Promise<string> {
    return `exit ${await this.#process.exited}: ${await this.#process.stderr.text()}`;
  }
}
