import { Writable } from "node:stream";

/** A reader that takes nothing until it is told to. */
export class SlowOutput extends Writable {
  readonly #waiting: (() => void)[] = [];
  #isFast = false;

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#isFast) done();
    else this.#waiting.push(done);
  }

  catchUp(): Promise<void> {
    this.#isFast = true;
    for (const done of this.#waiting.splice(0)) done();
    return new Promise((resolve) => {
      this.write("", () => resolve());
    });
  }
}
