import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Writable } from "node:stream";
import fc from "fast-check";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import type { ColorChoice } from "./options.ts";
import type { OutputOptions, Rendering } from "./output.ts";
import { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";

const rendering: Rendering = {
  text: () => "in words",
  document: () => ({ schema: "udp-test/1", kind: "answer" }),
};

const IN_JSON = '{"schema":"udp-test/1","kind":"answer"}';

/** What each of the two outputs shows once everything was said. */
function said(options: OutputOptions): { stdout: string[]; stderr: string[] } {
  const terminal = new MemoryTerminal();
  const output = new Output(terminal, { color: "never", ...options });
  output.progress("progress");
  output.result(rendering);
  output.stream(rendering);
  output.note("note");
  output.warn("watch out");
  output.problem("broken");
  const lines = (text: string): string[] => text.split("\n").slice(0, -1);
  return { stdout: lines(terminal.stdout.text), stderr: lines(terminal.stderr.text) };
}

describe("results go to stdout, the rest to stderr", () => {
  const stderr = ["note", "warning: watch out", "error: broken"];

  test.each<[string, OutputOptions, readonly string[]]>([
    ["as text, with the way there", {}, ["progress", "in words", "in words"]],
    ["quiet, without it", { quiet: true }, ["in words", "in words"]],
    ["as JSON, one document a line", { json: true }, [IN_JSON, IN_JSON]],
    ["as JSON and quiet, the same", { json: true, quiet: true }, [IN_JSON, IN_JSON]],
  ])("%s", (_name, options, stdout) => {
    expect(said(options)).toEqual({ stdout: [...stdout], stderr });
  });

  test("only the form that was asked for is made", () => {
    const unwanted = (): never => {
      throw new Error("not asked for");
    };
    new Output(new MemoryTerminal(), { json: true }).result({ ...rendering, text: unwanted });
    new Output(new MemoryTerminal(), {}).result({ ...rendering, document: unwanted });
  });
});

describe("JSON", () => {
  /** C0 controls, DEL, C1 controls, line and paragraph separators, bidirectional controls. */
  const DRIVERS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

  function written(text: string): string {
    const terminal = new MemoryTerminal();
    const output = new Output(terminal, { json: true });
    const document = { schema: "udp-test/1", kind: "answer", text, [text]: 1 };
    output.result({ ...rendering, document: () => document });
    return terminal.stdout.text;
  }

  const units = fc.oneof(
    fc.nat(0xff_ff),
    fc.nat(0x9f),
    fc.integer({ min: 0x20_00, max: 0x20_70 }),
    fc.constant(0x06_1c),
  );
  const texts = fc.string({ unit: units.map((unit) => String.fromCharCode(unit)) });

  test("drives no terminal, whatever is in it, and says the same", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = written(text);
        expect(line).toEndWith("\n");
        expect(line.slice(0, -1)).not.toMatch(DRIVERS);
        expect(JSON.parse(line)).toEqual({ schema: "udp-test/1", kind: "answer", text, [text]: 1 });
      }),
      { numRuns: 300 },
    );
  });

  test("shows the rest as it is", () => {
    expect(written("µ€😀")).toContain('"text":"µ€😀"');
    expect(written("\u001b[31m\u009b\u202e")).toContain(
      String.raw`"text":"\u001b[31m\u009b\u202e"`,
    );
  });
});

/** A reader that takes nothing until it is told to. */
class SlowOutput extends Writable {
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

describe("a reader that does not keep up", () => {
  const MEBIBYTE = 1_048_576;
  const long: Rendering = { ...rendering, text: () => "x".repeat(MEBIBYTE) };

  function slowTerminal(stdout: SlowOutput): Terminal {
    const { stdin, stderr, isInteractive, interruption } = new MemoryTerminal();
    return { stdin, stdout, stderr, isInteractive, interruption };
  }

  test("has 4 MiB kept for it; what may be left out is, and is counted", () => {
    const stdout = new SlowOutput();
    const output = new Output(slowTerminal(stdout), {});
    const waitingBytes: number[] = [];
    for (let index = 0; index < 8; index++) {
      output.stream(long);
      waitingBytes.push(stdout.writableLength);
    }
    const full = 4 * (MEBIBYTE + 1);
    expect(waitingBytes.slice(3)).toEqual([full, full, full, full, full]);
    expect(output.droppedCount).toBe(4);
  });

  test("costs notes too, but never a result or a line on its way", () => {
    const stdout = new SlowOutput();
    const terminal = slowTerminal(stdout);
    const output = new Output(terminal, {});
    for (let index = 0; index < 5; index++) output.result(long);
    output.note("note");
    output.warn("watch out");
    output.progress("progress");
    output.result(rendering);
    const expectedBytes = 5 * (MEBIBYTE + 1) + "progress\nin words\n".length;
    expect({ bytes: stdout.writableLength, dropped: output.droppedCount }).toEqual({
      bytes: expectedBytes,
      dropped: 2,
    });
  });

  test("is told everything again once it has caught up", async () => {
    const stdout = new SlowOutput();
    const output = new Output(slowTerminal(stdout), {});
    for (let index = 0; index < 6; index++) output.stream(long);
    await stdout.catchUp();
    for (let index = 0; index < 4; index++) output.stream(long);
    expect(output.droppedCount).toBe(2);
  });
});

describe("color", () => {
  const { FORCE_COLOR } = Bun.env;

  // It overrules what a terminal says of itself, which is what these tests are about.
  beforeAll(() => {
    delete Bun.env.FORCE_COLOR;
  });

  afterAll(() => {
    if (FORCE_COLOR !== undefined) Bun.env.FORCE_COLOR = FORCE_COLOR;
  });

  const PLAIN = "warning: watch out\n";
  const YELLOW = "\u001b[33mwarning:\u001b[39m watch out\n";

  /** What a terminal of so many bits of color shows; none is no terminal at all. */
  function warned(color: ColorChoice | undefined, colorBits: number | undefined): string {
    const terminal = new MemoryTerminal();
    if (colorBits !== undefined) {
      Object.assign(terminal.stderr, { isTTY: true, getColorDepth: () => colorBits });
    }
    new Output(terminal, { color }).warn("watch out");
    return terminal.stderr.text;
  }

  test.each<[ColorChoice | undefined, number | undefined, string]>([
    ["never", 4, PLAIN],
    ["never", undefined, PLAIN],
    ["always", 1, YELLOW],
    ["always", undefined, YELLOW],
    ["auto", 4, YELLOW],
    ["auto", 1, PLAIN],
    ["auto", undefined, PLAIN],
    [undefined, 4, YELLOW],
    [undefined, undefined, PLAIN],
  ])("%p on a terminal of %p bits of color", (color, colorBits, expected) => {
    expect(warned(color, colorBits)).toBe(expected);
  });

  test("never stands in a result", () => {
    const terminal = new MemoryTerminal();
    new Output(terminal, { color: "always" }).result(rendering);
    expect(terminal.stdout.text).toBe("in words\n");
  });
});
