import { join } from "node:path";
import { parseEndpoint } from "@udp/core";
import type { ServerScenario, Subject } from "./server-scenario.ts";

/** Whose server it is: one that was written without care, or that of `@udp/echo`. */
export type VictimKind = "naive" | "udp-echo";

const START_LIMIT_MS = 10_000;

const QUESTION = new TextEncoder().encode("How are you?");

/** A server in a process of its own, so that it may die. */
export class VictimProcess implements AsyncDisposable {
  readonly subject: Subject;
  readonly #child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess, subject: Subject) {
    this.#child = child;
    this.subject = subject;
  }

  /** Starts the server on the loopback, at a port that the system chooses. */
  static async start(kind: VictimKind, { naive }: ServerScenario): Promise<VictimProcess> {
    const command = kind === "naive" ? [Bun.fileURLToPath(NAIVE_SERVERS[naive])] : echoCommand();
    const child = Bun.spawn([process.execPath, ...command], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    // What does not start is killed, and says nothing then.
    const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
    const [, local] = /Listening at (\S+)/.exec(await firstLine(child.stdout)) ?? [];
    clearTimeout(timer);
    if (local !== undefined) {
      const subject = { endpoint: parseEndpoint(local), pid: child.pid, question: QUESTION };
      return new VictimProcess(child, subject);
    }
    child.kill("SIGKILL");
    throw new Error(`the server that was to be tried did not start: ${command.join(" ")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

const NAIVE_SERVERS: Readonly<Record<ServerScenario["naive"], string>> = {
  "length-server": import.meta.resolve("../defences/naive/length-server.ts"),
  "help-server": import.meta.resolve("../defences/naive/help-server.ts"),
  "session-server": import.meta.resolve("../defences/naive/session-server.ts"),
};

function echoCommand(): readonly string[] {
  const manifest = Bun.fileURLToPath(import.meta.resolve("@udp/echo/package.json"));
  return [join(manifest, "../src/cli/main.ts"), "server", "-p", "0", "--quiet"];
}

async function firstLine(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stdout.values({ preventCancel: true })) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text;
}
