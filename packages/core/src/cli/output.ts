import { styleText } from "node:util";
import type { Document } from "../documents/index.ts";
import type { ColorChoice } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** One result in both of its forms; only the one that was asked for is made. */
export interface Rendering<Shape extends Document<string, string> = Document<string, string>> {
  text(): string;
  document(): Shape;
}

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly color?: ColorChoice | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** Lines that wait for a slow reader; beyond this a line that may be left out is left out. */
const MAX_WAITING_BYTES = 4_194_304;

/** What JSON lets stand and a terminal may obey: DEL, C1 controls, line ends, bidirectional controls. */
const TERMINAL_DRIVERS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Where a command writes: results to stdout as text or as JSON, everything else to stderr. */
export class Output {
  /** Lines and documents that were left out because their reader was too slow. */
  droppedCount = 0;

  readonly #terminal: Terminal;
  readonly #options: OutputOptions;
  #waitingBytes = 0;

  constructor(terminal: Terminal, options: OutputOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  /** Writes a result, in the form that was asked for. */
  result(rendering: Rendering): void {
    this.#write(
      this.#options.json ? serialize(rendering.document()) : rendering.text(),
      this.#terminal.stdout,
    );
  }

  /** As {@link result}, one of many: left out, and counted, where the reader cannot keep up. */
  stream(rendering: Rendering): void {
    if (this.#hasRoom()) this.result(rendering);
  }

  /** A line on the way to the result: beside a text result, and not with `--json` or `--quiet`. */
  progress(text: string): void {
    if (!(this.#options.json || this.#options.quiet)) this.#write(text, this.#terminal.stdout);
  }

  /** Tells people something that is no result; left out, and counted, as {@link stream} does. */
  note(text: string): void {
    if (this.#hasRoom()) this.#write(text, this.#terminal.stderr);
  }

  warn(text: string): void {
    this.note(`${this.#styled("yellow", "warning:")} ${text}`);
  }

  problem(text: string): void {
    this.note(`error: ${text}`);
  }

  #hasRoom(): boolean {
    const hasRoom = this.#waitingBytes <= MAX_WAITING_BYTES;
    if (!hasRoom) this.droppedCount++;
    return hasRoom;
  }

  #write(line: string, stream: Terminal["stdout"]): void {
    const bytes = Buffer.byteLength(line) + 1;
    this.#waitingBytes += bytes;
    stream.write(`${line}\n`, () => {
      this.#waitingBytes -= bytes;
    });
  }

  #styled(style: Style, text: string): string {
    const { color = "auto" } = this.#options;
    const stream = this.#terminal.stderr;
    if (color === "never") return text;
    return color === "always"
      ? styleText(style, text, { validateStream: false })
      : styleText(style, text, { stream });
  }
}

function serialize(document: Document<string, string>): string {
  return JSON.stringify(document).replace(TERMINAL_DRIVERS, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
