import { readFileSync } from "node:fs";
import type { Subprocess } from "bun";

const POLL_MS = 10;

/** A program that serves on the loopback, and ends with its scope. */
export class ServedProcess implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly #process: Subprocess;

  private constructor(process: Subprocess, port: number) {
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

  /** For a program that is told its port, a free one. Resolves once it listens. */
  static async startAt(argvFor: (port: number) => readonly string[]): Promise<ServedProcess> {
    const port = await freePort();
    const process = Bun.spawn([...argvFor(port)], { stdout: "ignore", stderr: "ignore" });
    while (!isBound(port)) {
      if (process.exitCode !== null) throw new Error(`${argvFor(port).join(" ")} has ended`);
      await Bun.sleep(POLL_MS);
    }
    return new ServedProcess(process, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
  }
}

async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1" });
  const { port } = socket;
  socket.close();
  return port;
}

function isBound(port: number): boolean {
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  return ["udp", "udp6"].some((table) =>
    readFileSync(`/proc/net/${table}`, "utf8").includes(`:${digits} `),
  );
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
