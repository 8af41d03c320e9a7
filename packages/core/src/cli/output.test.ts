import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { SlowOutput } from "../testing/slow-output.ts";
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
  output.detail("detail");
  output.result(rendering);
  output.stream(rendering);
  output.note("note");
  output.warn("watch out");
  output.problem("broken");
  const lines = (text: string): string[] => text.split("\n").slice(0, -1);
  return { stdout: lines(terminal.stdout.text), stderr: lines(terminal.stderr.text) };
}

describe("results go to stdout, the rest to stderr", () => {
  const WORDS = ["in words", "in words"];
  const DOCUMENTS = [IN_JSON, IN_JSON];
  const TROUBLE = ["warning: watch out", "error: broken"];

  test.each<[string, OutputOptions, readonly string[], readonly string[]]>([
    ["as text, with details and notes", {}, ["detail", ...WORDS], ["note", ...TROUBLE]],
    ["quiet, without either", { quiet: true }, WORDS, TROUBLE],
    ["as JSON, one document a line", { json: true }, DOCUMENTS, ["note", ...TROUBLE]],
    ["as JSON and quiet", { json: true, quiet: true }, DOCUMENTS, TROUBLE],
  ])("%s", (_name, options, stdout, stderr) => {
    expect(said(options)).toEqual({ stdout: [...stdout], stderr: [...stderr] });
  });

  test("only the form that was asked for is made", () => {
    const unwanted = (): never => {
      throw new Error("not asked for");
    };
    new Output(new MemoryTerminal(), { json: true }).result({ ...rendering, text: unwanted });
    new Output(new MemoryTerminal(), {}).result({ ...rendering, document: unwanted });
  });
});

describe("what goes to stderr drives no terminal", () => {
  function written(say: (output: Output) => void): string {
    const terminal = new MemoryTerminal();
    say(new Output(terminal, { color: "never" }));
    return terminal.stderr.text;
  }

  test.each<[string, (output: Output) => void, string]>([
    ["a note", (output) => output.note("a\u001b[31m\nb"), "a\\x1b[31m\\nb\n"],
    ["a warning", (output) => output.warn("a\u009b\nb"), "warning: a\\u{9b}\\nb\n"],
    [
      "a problem, which keeps its lines",
      (output) => output.problem("a\r\n  b\u202e"),
      "error: a\\r\n  b\\u{202e}\n",
    ],
  ])("%s", (_name, say, expected) => {
    expect(written(say)).toBe(expected);
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

describe("a reader that does not keep up", () => {
  const MEBIBYTE = 1_048_576;
  const long: Rendering = { ...rendering, text: () => "x".repeat(MEBIBYTE) };

  function slowTerminal(slow: Partial<Pick<Terminal, "stdout" | "stderr">>): Terminal {
    const { stdin, stdout, stderr, isInteractive, interruption } = new MemoryTerminal();
    return { stdin, stdout, stderr, isInteractive, interruption, ...slow };
  }

  test("of stdout costs results of a stream, counted, but no other and no detail", () => {
    const stdout = new SlowOutput();
    const output = new Output(slowTerminal({ stdout }), {});
    for (let index = 0; index < 5; index++) output.result(long);
    output.stream(rendering);
    output.detail("detail");
    output.result(rendering);
    expect({ bytes: stdout.writableLength, droppedLineCount: output.droppedLineCount }).toEqual({
      bytes: 5 * (MEBIBYTE + 1) + "detail\nin words\n".length,
      droppedLineCount: 1,
    });
  });

  test("of stdout costs nothing that goes to stderr", () => {
    const terminal = slowTerminal({ stdout: new SlowOutput() });
    const output = new Output(terminal, { color: "never" });
    for (let index = 0; index < 6; index++) output.result(long);
    output.note("note");
    expect(terminal.stderr).toMatchObject({ text: "note\n" });
  });

  test("of stderr costs notes, but no warning, no problem and nothing on stdout", () => {
    const stderr = new SlowOutput();
    const terminal = slowTerminal({ stderr });
    const output = new Output(terminal, { color: "never" });
    for (let index = 0; index < 5; index++) output.note("x".repeat(MEBIBYTE));
    const fullBytes = stderr.writableLength;
    output.note("note");
    output.warn("watch out");
    output.problem("broken");
    output.stream(rendering);
    expect({
      bytes: stderr.writableLength - fullBytes,
      droppedLineCount: output.droppedLineCount,
      stdout: terminal.stdout,
    }).toMatchObject({
      bytes: "warning: watch out\nerror: broken\n".length,
      droppedLineCount: 0,
      stdout: { text: "in words\n" },
    });
  });

  test("is told everything again once it has caught up", async () => {
    const stdout = new SlowOutput();
    const output = new Output(slowTerminal({ stdout }), {});
    for (let index = 0; index < 6; index++) output.stream(long);
    await stdout.catchUp();
    for (let index = 0; index < 4; index++) output.stream(long);
    expect(output.droppedLineCount).toBe(2);
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

  test("is red in a problem", () => {
    const terminal = new MemoryTerminal();
    new Output(terminal, { color: "always" }).problem("broken");
    expect(terminal.stderr.text).toBe("\u001b[31merror:\u001b[39m broken\n");
  });

  test("never stands in a result", () => {
    const terminal = new MemoryTerminal();
    new Output(terminal, { color: "always" }).result(rendering);
    expect(terminal.stdout.text).toBe("in words\n");
  });
});
