import { DEFAULT_PORT } from "@udp/core";
import type { LabHost } from "@udp/lab";
import type { RunningProgram } from "@udp/lab/testing";
import type { RequestServerCounters } from "../src/index.ts";
import type { Execution, LabServerOptions, ServerLine } from "./programs/server.ts";

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./programs/server.ts"));

/** A server at a host of a lab, in a process of its own. */
export class LabServer implements AsyncDisposable {
  readonly port: number;
  /** What it has carried out, as far as it was read. */
  readonly executions: Execution[] = [];
  readonly #program: RunningProgram;

  private constructor(program: RunningProgram, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** At a port that is no client's own, unless told: a server does not answer its own number. */
  static async start(host: LabHost, options: LabServerOptions): Promise<LabServer> {
    const argv = [process.execPath, PROGRAM, JSON.stringify({ port: DEFAULT_PORT, ...options })];
    const program = await host.spawn(argv, { hasInput: true });
    const { port } = JSON.parse(await program.nextLine());
    return new LabServer(program, port);
  }

  async untilExecuted(count: number): Promise<void> {
    while (this.executions.length < count) await this.#readLine();
  }

  /** What it has counted, and everything that it has carried out until then. */
  async count(): Promise<RequestServerCounters> {
    this.#program.writeLine("");
    for (;;) {
      const counters = await this.#readLine();
      if (counters !== undefined) return counters;
    }
  }

  /** Ends it without a chance to do anything more. Everything that it carried out is known then. */
  async kill(): Promise<void> {
    const { stdout } = await this.#program.end("SIGKILL");
    this.executions.length = 0;
    for (const line of stdout.trimEnd().split("\n")) this.#take(JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #readLine(): Promise<RequestServerCounters | undefined> {
    return this.#take(JSON.parse(await this.#program.nextLine()));
  }

  #take(line: ServerLine): RequestServerCounters | undefined {
    if ("execution" in line) this.executions.push(line.execution);
    return "counters" in line ? line.counters : undefined;
  }
}
