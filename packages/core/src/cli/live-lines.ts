import type { Writable } from "node:stream";
import { printableLine } from "../text/printable.ts";
import type { Clock } from "../timing/clock.ts";
import { systemClock } from "../timing/clock.ts";
import type { Terminal } from "./terminal.ts";

/** What is shown for a shorter time nobody can read. */
const DRAW_INTERVAL_NS = 100_000_000;

const ERASE_BELOW = "\u001b[J";
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

interface Screen extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** How {@link LiveLines} are shown. */
export interface LiveLinesOptions {
  /** Never shown; default `false`. */
  readonly quiet?: boolean | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/**
 * Lines on a terminal that are drawn anew as things change: how far something has come. They go to
 * stderr, ten times a second at most, and nowhere where that is not a terminal. What ends within a
 * tenth of a second is never shown.
 */
export class LiveLines implements Disposable {
  /** Whether anything is shown at all. */
  readonly isShown: boolean;
  readonly #screen: Screen;
  readonly #clock: Clock;
  #lines: readonly string[] = [];
  #drawnCount = 0;
  #cancelDrawing: (() => void) | undefined;

  constructor({ stderr }: Terminal, { quiet = false, clock = systemClock }: LiveLinesOptions = {}) {
    this.#screen = stderr;
    this.isShown = !quiet && this.#screen.isTTY === true && Bun.env.TERM !== "dumb";
    this.#clock = clock;
  }

  /** The lines from now on: cut to the width of the terminal, the first ones to its height. */
  show(lines: readonly string[]): void {
    this.#lines = lines;
    if (!this.isShown) return;
    this.#cancelDrawing ??= this.#clock.at(this.#clock.nowNs() + DRAW_INTERVAL_NS, () => {
      this.#cancelDrawing = undefined;
      this.#draw();
    });
  }

  /** Takes the lines away. */
  erase(): void {
    this[Symbol.dispose]();
    if (this.#drawnCount > 0) this.#screen.write(this.#overwriting([]));
    this.#drawnCount = 0;
  }

  /** What is shown stays, and no longer changes. */
  [Symbol.dispose](): void {
    this.#cancelDrawing?.();
    this.#cancelDrawing = undefined;
  }

  /** A terminal that does not take what it was given is left to itself. */
  #draw(): void {
    if (this.#screen.writableNeedDrain) return;
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = this.#screen;
    const lines = this.#lines.slice(0, rows - 1);
    // A wide character may reach one column further than it is cut.
    const fitting = lines.map((line) => Bun.sliceAnsi(printableLine(line), 0, columns - 2));
    this.#screen.write(this.#overwriting(fitting));
    this.#drawnCount = lines.length;
  }

  #overwriting(lines: readonly string[]): string {
    const back = this.#drawnCount === 0 ? "" : `\u001b[${this.#drawnCount}F`;
    return `${back}${ERASE_BELOW}${lines.map((line) => `${line}\n`).join("")}`;
  }
}
