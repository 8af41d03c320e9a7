import { styleText } from "node:util";
import type { Document } from "../documents/index.ts";
import { printableLine, printableLines } from "../text/printable.ts";
import { BoundedLines } from "./bounded-lines.ts";
import type { ColorChoice } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** One result in both of its forms; only the one that was asked for is made. */
export interface Rendering<Shape extends Document<string, string> = Document<string, string>> {
  /** For people: one line or several, without the last line end, safe on a terminal. */
  text(): string;
  /** For programs, written as JSON on one line. */
  document(): Shape;
}

/** The output options of a command line, as commander gives them. */
export interface OutputOptions {
  /** Documents in place of text; default `false`. */
  readonly json?: boolean | undefined;
  /** No details and no notes; default `false`. */
  readonly quiet?: boolean | undefined;
  /** Color of warnings and errors; default `auto`. */
  readonly color?: ColorChoice | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** What JSON lets stand and a terminal may obey: DEL, C1 controls, line ends, bidirectional controls. */
const TERMINAL_DRIVERS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Where a command writes: results to stdout as text or as JSON, everything else to stderr. */
export class Output {
  readonly #terminal: Terminal;
  readonly #options: OutputOptions;
  readonly #stdout: BoundedLines;
  readonly #stderr: BoundedLines;

  constructor(terminal: Terminal, options: OutputOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#stdout = new BoundedLines(terminal.stdout);
    this.#stderr = new BoundedLines(terminal.stderr);
  }

  /** Results that {@link stream} left out because the reader of stdout was too slow. */
  get droppedLineCount(): number {
    return this.#stdout.droppedLineCount;
  }

  /** Writes a result, in the form that was asked for. */
  result(rendering: Rendering): void {
    this.#stdout.write(this.#render(rendering));
  }

  /** As {@link result}, one of many: left out, and counted, where the reader cannot keep up. */
  stream(rendering: Rendering): void {
    this.#stdout.offer(() => this.#render(rendering));
  }

  /** A line of the result that documents have as fields: not with `--json`, not with `--quiet`. */
  detail(text: string): void {
    if (!(this.#options.json || this.#options.quiet)) this.#stdout.write(text);
  }

  /** Tells people something on the way; not with `--quiet`, nor where they cannot keep up. */
  note(text: string): void {
    if (!this.#options.quiet) this.#stderr.offer(() => printableLine(text));
  }

  /** Tells people that a result is not what it may seem; always written, as one line. */
  warn(text: string): void {
    this.#stderr.write(`${this.#styled("yellow", "warning:")} ${printableLine(text)}`);
  }

  /** Says why a command fails; always written, its lines stay lines. */
  problem(text: string): void {
    this.#stderr.write(`${this.#styled("red", "error:")} ${printableLines(text)}`);
  }

  #render(rendering: Rendering): string {
    return this.#options.json ? serialize(rendering.document()) : rendering.text();
  }

  #styled(style: Style, text: string): string {
    const { color = "auto" } = this.#options;
    if (color === "never") return text;
    return color === "always"
      ? styleText(style, text, { validateStream: false })
      : styleText(style, text, { stream: this.#terminal.stderr });
  }
}

function serialize(document: Document<string, string>): string {
  return JSON.stringify(document).replace(TERMINAL_DRIVERS, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
