import type { Writable } from "node:stream";

/** So much may wait for a slow reader; beyond it what may be left out is left out. */
const MAX_WAITING_BYTES = 4_194_304;

/** Writes lines to a stream and knows how much of them its reader has not taken yet. */
export class BoundedLines {
  /** Lines that {@link offer} left out. */
  droppedLineCount = 0;
  readonly #stream: Writable;
  #waitingBytes = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    this.#waitingBytes += bytes;
    this.#stream.write(`${line}\n`, () => {
      this.#waitingBytes -= bytes;
    });
  }

  /** Writes a line that may be left out, which it is, and is counted, where too much waits. */
  offer(makeLine: () => string): void {
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.droppedLineCount++;
    else this.write(makeLine());
  }
}
