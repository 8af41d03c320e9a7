import type { Subprocess } from "bun";

/** A program that serves on the loopback, and ends with its scope. */
export class ServedProcess implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly #process: Subprocess<"ignore", "pipe", "inherit">;

  private constructor(process: Subprocess<"ignore", "pipe", "inherit">, port: number) {
    this.#process = process;
    this.pid = process.pid;
    this.port = port;
  }

  /** Resolves once its first line has come, at whose end stands its port. */
  static async start(argv: readonly string[]): Promise<ServedProcess> {
    const process = Bun.spawn([...argv], { stdout: "pipe", stderr: "inherit" });
    const line = await firstLine(process.stdout);
    const [digits] = /\d+$/.exec(line) ?? [];
    if (digits === undefined) throw new Error(`${argv.join(" ")} says no port: ${line}`);
    return new ServedProcess(process, Number(digits));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
  }
}

/** The stream stays open: a program whose output nobody takes may end. */
async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text.split("\n")[0] ?? "";
}
