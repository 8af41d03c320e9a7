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

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] ?? "";
}
