import { UdpError } from "@udp/core";
import { LabError } from "../errors.ts";

/** How a program ended, and everything that it wrote. */
export interface Outcome {
  /** As shells count: 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is started. */
export interface ProgramOptions {
  /** Besides the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether {@link RunningProgram.writeLine} may be called; otherwise it reads an end at once. */
  readonly hasInput?: boolean;
}

type Subprocess = Bun.Subprocess<"ignore" | "pipe", "pipe", "pipe">;

/** What colours depend on is the test's to say, not the shell's that runs it. */
const ENVIRONMENT = { ...Bun.env, NO_COLOR: undefined, FORCE_COLOR: undefined };

/** A program without a terminal. Its output is read as it is asked for, so a test can be a slow reader. */
export class RunningProgram implements AsyncDisposable {
  /** The program itself, where the system shows it to this process. */
  readonly pid: number;
  readonly #process: Subprocess;
  readonly #stdout: AsyncIterator<Uint8Array>;
  readonly #stderr: Promise<string>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #takenLength = 0;

  private constructor(process: Subprocess, pid: number) {
    this.#process = process;
    this.pid = pid;
    this.#stdout = process.stdout[Symbol.asyncIterator]();
    this.#stderr = process.stderr.text();
  }

  static start(command: readonly string[], options: ProgramOptions = {}): RunningProgram {
    const process = spawn(command, options);
    return new RunningProgram(process, process.pid);
  }

  /**
   * Starts a command that starts the program as its only child, waits for it and ends as it did:
   * what enters namespaces does so.
   */
  static async startChild(
    command: readonly string[],
    options: ProgramOptions = {},
  ): Promise<RunningProgram> {
    const process = spawn(command, options);
    return new RunningProgram(process, (await childOf(process)) ?? process.pid);
  }

  /** The next line of stdout. @throws LabError `LAB_COMMAND_FAILED` where the program ends without. */
  async nextLine(): Promise<string> {
    let end = this.#text.indexOf("\n", this.#takenLength);
    while (end < 0) {
      if (!(await this.#read())) throw await this.#outOfLines();
      end = this.#text.indexOf("\n", this.#takenLength);
    }
    const line = this.#text.slice(this.#takenLength, end);
    this.#takenLength = end + 1;
    return line;
  }

  /** Writes a line to the program's stdin. @throws UdpError `UDP_BAD_OPTION` without `hasInput`. */
  writeLine(line: string): void {
    const { stdin } = this.#process;
    if (stdin === undefined || stdin === null) {
      throw new UdpError("UDP_BAD_OPTION", "expected a program that was started with hasInput");
    }
    stdin.write(`${line}\n`);
    stdin.flush();
  }

  /** Ends the program by a signal, or waits until it ends by itself. */
  async end(signal?: NodeJS.Signals): Promise<Outcome> {
    if (signal !== undefined) this.#kill(signal);
    while (await this.#read());
    return { code: await this.#process.exited, stdout: this.#text, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill("SIGKILL");
    await this.#process.exited;
  }

  #kill(signal: NodeJS.Signals): void {
    if (hasEnded(this.#process)) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It has ended, and who waits for it has not said so yet.
    }
  }

  async #read(): Promise<boolean> {
    const { done, value } = await this.#stdout.next();
    this.#text += done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
    return !done;
  }

  async #outOfLines(): Promise<LabError> {
    const end = `exit ${await this.#process.exited}: ${await this.#stderr}`;
    return new LabError("LAB_COMMAND_FAILED", `expected another line; the program ended, ${end}`);
  }
}

function spawn(command: readonly string[], { env, hasInput }: ProgramOptions): Subprocess {
  return Bun.spawn([...command], {
    env: { ...ENVIRONMENT, ...env },
    stdin: hasInput ? "pipe" : "ignore",
    stdout: "pipe",
    stderr: "pipe",
    lazy: true,
  });
}

export function hasEnded({ exitCode, signalCode }: Bun.Subprocess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** The only child of a process, once there is one; `undefined` where the process ended without. */
export async function childOf(process: Bun.Subprocess): Promise<number | undefined> {
  const list = Bun.file(`/proc/${process.pid}/task/${process.pid}/children`);
  while (!hasEnded(process)) {
    const child = Number.parseInt(await list.text().catch(() => ""), 10);
    if (child > 0) return child;
    await Bun.sleep(1);
  }
  return undefined;
}
