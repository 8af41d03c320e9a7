import { stripVTControlCharacters } from "node:util";

export const KEY = { enter: "\r", down: "\u001b[B", erase: "\u007f", interrupt: "\u0003" } as const;

const SHOW_CURSOR = "\u001b[?25h";
const HIDE_CURSOR = "\u001b[?25l";

/** A program on a pseudo-terminal, and the person before it. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #program: Bun.Subprocess;
  readonly #decoder = new TextDecoder();
  readonly #localFlags: number | undefined;
  #raw = "";
  #seenLength = 0;
  #lookAgain: () => void = () => undefined;

  constructor(command: readonly string[]) {
    // Only a terminal that is made together with its program controls it: Ctrl-C is SIGINT.
    this.#program = Bun.spawn([...command], {
      env: { ...Bun.env, TERM: "xterm-256color", CI: undefined },
      terminal: {
        cols: 120,
        rows: 50,
        data: (_terminal, data) => {
          this.#raw += this.#decoder.decode(data, { stream: true });
          this.#lookAgain();
        },
      },
    });
    this.#localFlags = this.#program.terminal?.localFlags;
  }

  /** Waits until the text shows, behind all that was waited for before; returns what showed up to its end. */
  async shows(text: string): Promise<string> {
    let at = this.#text.indexOf(text, this.#seenLength);
    while (at < 0) {
      await new Promise<void>((resolve) => {
        this.#lookAgain = resolve;
      });
      at = this.#text.indexOf(text, this.#seenLength);
    }
    const seen = this.#text.slice(this.#seenLength, at + text.length);
    this.#seenLength = at + text.length;
    return seen;
  }

  type(...keys: readonly string[]): void {
    this.#program.terminal?.write(keys.join(""));
  }

  /** Answers a question: waits for it, types, and confirms. */
  async answer(question: string, ...keys: readonly string[]): Promise<void> {
    await this.shows(question);
    this.type(...keys, KEY.enter);
  }

  kill(signal: NodeJS.Signals): void {
    this.#program.kill(signal);
  }

  get exitCode(): Promise<number> {
    return this.#program.exited;
  }

  /** Whether a shell would find the terminal as it left it: echo and lines, and the cursor shows. */
  get isAsBefore(): boolean {
    const hasCursor = this.#raw.lastIndexOf(SHOW_CURSOR) >= this.#raw.lastIndexOf(HIDE_CURSOR);
    return hasCursor && this.#program.terminal?.localFlags === this.#localFlags;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.kill("SIGKILL");
    await this.#program.exited;
    this.#program.terminal?.close();
  }

  get #text(): string {
    return stripVTControlCharacters(this.#raw);
  }
}
