import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import type { Check } from "../lesson/check.ts";
import type { Actor } from "../timeline.ts";
import { event } from "./demo-rendering.ts";

/** The options of `udp-attack-sim demo` as they were given. */
export interface DemoFlags {
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

const INTRODUCTION: Readonly<Partial<Record<Check, string>>> = {
  none: "A client that checks nothing. The server is suspended, as if it were old and slow.",
  source: "The same, with a client that checks who answers.",
};

/** Plays the lesson twice, with processes of their own: a client that checks nothing, and one that does. */
export async function runDemo(terminal: Terminal, flags: DemoFlags): Promise<void> {
  const output = new Output(terminal, flags);
  for (const check of ["none", "source"] as const) {
    output.detail(`${check === "none" ? "" : "\n"}${INTRODUCTION[check]}`);
    await playAct(check, output, terminal.interruption);
  }
}

async function playAct(check: Check, output: Output, interruption: AbortSignal): Promise<void> {
  const startedAtNs = Bun.nanoseconds();
  const say = (actor: Actor, text: string): void => {
    output.result(event({ check, atMs: (Bun.nanoseconds() - startedAtNs) / 1e6, actor, text }));
  };
  const cast = new Cast(say, interruption);
  try {
    const server = cast.start("server", ["server", "-p", "0"]);
    const port = portIn(await server.says("Listening at"));
    server.suspend();
    const client = cast.start("client", ["client", "-p", port, "--check", check]);
    const clientPort = portIn(await client.says("The OS assigned me"));
    await cast.start("attacker", ["attacker", "--port", clientPort]).end();
    if (check === "none") await client.end();
    else await client.says("Ignored");
    server.resume();
    await server.says("The client at");
    await client.end();
    server.stop();
    await server.end();
  } catch (error) {
    interruption.throwIfAborted();
    throw error;
  } finally {
    cast.dismiss();
  }
}

type Say = (actor: Actor, text: string) => void;

/** The processes of one act. */
class Cast {
  readonly #say: Say;
  readonly #interruption: AbortSignal;
  readonly #players: Player[] = [];

  constructor(say: Say, interruption: AbortSignal) {
    this.#say = say;
    this.#interruption = interruption;
    interruption.addEventListener("abort", () => this.dismiss(), { once: true });
    // A reader that has gone ends this process where it stands.
    process.once("exit", () => this.dismiss());
  }

  start(actor: Actor, words: readonly string[]): Player {
    this.#interruption.throwIfAborted();
    this.#say(actor, `$ udp-attack-sim ${words.join(" ")}`);
    const player = new Player(words, (line) => this.#say(actor, line));
    this.#players.push(player);
    return player;
  }

  dismiss(): void {
    for (const player of this.#players) player.kill();
  }
}

/** One process of ours, whose lines are told as they come. */
class Player {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #lines: string[] = [];
  readonly #onLine: (line: string) => void;
  readonly #closed: Promise<unknown>;
  #heard = Promise.withResolvers<void>();

  constructor(words: readonly string[], onLine: (line: string) => void) {
    this.#onLine = onLine;
    this.#child = Bun.spawn([process.execPath, Bun.main, ...words], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#closed = Promise.all([this.#child.stdout, this.#child.stderr].map((s) => this.#hear(s)));
  }

  /** The first line that begins so. */
  async says(beginning: string): Promise<string> {
    const closed = this.#closed.then(() => true);
    for (;;) {
      const line = this.#lines.find((said) => said.startsWith(beginning));
      if (line !== undefined) return line;
      if (await Promise.race([this.#heard.promise.then(() => false), closed])) {
        throw new Error(`a process of the demonstration ended before it said "${beginning}"`);
      }
    }
  }

  /** Settles when it has ended and all of its lines were told. */
  async end(): Promise<void> {
    await this.#closed;
  }

  suspend(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  stop(): void {
    this.#child.kill("SIGINT");
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(stream: ReadableStream<Uint8Array>): Promise<void> {
    const reader = createInterface({ input: Readable.fromWeb(stream) });
    reader.on("line", (line) => {
      this.#lines.push(line);
      this.#onLine(line);
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
    return new Promise((resolve) => reader.once("close", resolve));
  }
}

function portIn(line: string): string {
  return /:(\d+)\b[^:]*$/.exec(line)?.[1] ?? "";
}
