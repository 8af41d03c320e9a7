import { afterAll, afterEach, describe, expect, spyOn, test } from "bun:test";
import { Command, Option } from "@commander-js/extra-typings";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { bashCompletion } from "./bash-completion.ts";
import type { BuildProgram } from "./run.ts";
import { runProgram } from "./run.ts";

const buildTool: BuildProgram = () =>
  new Command("udp-test")
    .addCommand(
      new Command("ask").description("asks somebody").option("--slowly", "takes its time"),
    )
    .addCommand(
      new Command("answer")
        .description("answers")
        .addOption(new Option("--mode <mode>", "how").choices(["echo", "length"])),
    );

/** Completions are for the shell and leave by the console, whatever the terminal. */
const log = spyOn(console, "log").mockImplementation(() => {});

afterEach(() => {
  log.mockClear();
});

afterAll(() => {
  log.mockRestore();
});

async function complete(...argv: string[]): Promise<{ code: number; printed: string[] }> {
  const code = await runProgram(buildTool, new MemoryTerminal(), ["complete", ...argv]);
  return { code, printed: log.mock.calls.map(([line]) => String(line)) };
}

/** Ends every answer: no file names beside the candidates. */
const NO_FILES = ":4";

describe("candidates", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["commands", ["a"], ["ask\tasks somebody", "answer\tanswers"]],
    ["a command", ["an"], ["answer\tanswers"]],
    ["the options of a command", ["ask", "--s"], ["--slowly\ttakes its time"]],
    ["the choices of an option", ["answer", "--mode", ""], ["echo\t", "length\t"]],
    ["nothing", ["nobody", "x"], []],
  ])("%s", async (_name, words, candidates) => {
    expect(await complete("--", ...words)).toEqual({
      code: 0,
      printed: [...candidates, NO_FILES],
    });
  });
});

describe("scripts", () => {
  test.each(["zsh", "fish", "powershell"])("for %s, which ask the tool", async (shell) => {
    const { code, printed } = await complete(shell);
    expect(code).toBe(0);
    expect(printed.join("\n")).toMatch(/udp-test complete '?--/);
  });

  test("for bash, of our own, on the terminal", async () => {
    const terminal = new MemoryTerminal();
    const code = await runProgram(buildTool, terminal, ["complete", "bash"]);
    const { stdout, stderr } = terminal;
    expect({ code, stdout: stdout.text, stderr: stderr.text }).toEqual({
      code: 0,
      stdout: bashCompletion("udp-test"),
      stderr: "",
    });
  });

  test.each<[readonly string[], string]>([
    [[], "missing required argument 'shell'"],
    [["tcsh"], "'tcsh' is invalid for argument 'shell'"],
  ])("for %p there is none: a usage error", async (argv, message) => {
    const terminal = new MemoryTerminal();
    const code = await runProgram(buildTool, terminal, ["complete", ...argv]);
    expect({ code, stdout: terminal.stdout.text }).toEqual({ code: 2, stdout: "" });
    expect(terminal.stderr.text).toContain(message);
  });
});
