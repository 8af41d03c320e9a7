import { expect } from "bun:test";
import type { LabHost } from "@udp/lab";
import type { RunningProgram } from "@udp/lab/testing";
import type { ClientCounters, ClientLine, LabClientOptions, Settled } from "./programs/client.ts";

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./programs/client.ts"));

/** A client at a host of a lab, in a process of its own. */
export class LabClient implements AsyncDisposable {
  readonly #program: RunningProgram;

  private constructor(program: RunningProgram) {
    this.#program = program;
  }

  static async start(host: LabHost, options: LabClientOptions): Promise<LabClient> {
    const argv = [process.execPath, PROGRAM, JSON.stringify(options)];
    const client = new LabClient(await host.spawn(argv, { hasInput: true }));
    for (let count = 0; count < (options.requesterCount ?? 1); count++) await client.#nextLine();
    return client;
  }

  /** Each of its requesters asks all of it at once; {@link settled} tells what comes of it. */
  ask(payloads: readonly string[]): void {
    this.#program.writeLine(JSON.stringify(payloads));
  }

  /** The next requests that are settled. */
  async settled(count: number): Promise<Settled[]> {
    const settled: Settled[] = [];
    while (settled.length < count) {
      const line = await this.#nextLine();
      if ("settled" in line) settled.push(line.settled);
    }
    return settled;
  }

  /** What it has counted; while no request is under way. */
  async count(): Promise<ClientCounters> {
    this.#program.writeLine("");
    const line = await this.#nextLine();
    if ("counted" in line) return line.counted;
    return expect.unreachable(`expected counters; got ${JSON.stringify(line)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #nextLine(): Promise<ClientLine> {
    return JSON.parse(await this.#program.nextLine());
  }
}

/** `request 1`, `request 2`, … */
export function payloads(count: number, prefix = "request"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);
}
