import { describe, expect, test } from "bun:test";
import { Argument, Command, Option } from "@commander-js/extra-typings";
import { UdpError } from "../errors.ts";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { colorOption, jsonOption, portOption } from "./options.ts";
import type { BuildProgram } from "./run.ts";
import { runProgram } from "./run.ts";
import type { Terminal } from "./terminal.ts";

type Behaviour = (terminal: Terminal) => Promise<void> | void;

/** A tool of one command, which does what the test wants. */
function toolThat(behave: Behaviour): BuildProgram {
  return (terminal) =>
    new Command("udp-test")
      .description("A tool to test with")
      .version("1.2.3")
      .addCommand(
        new Command("ask")
          .description("asks somebody")
          .addArgument(new Argument("<host>", "who is asked"))
          .addOption(portOption())
          .addOption(new Option("--mode <mode>").choices(["fast", "slow"]))
          .addOption(jsonOption())
          .addOption(colorOption())
          .action((host, { port }) => {
            terminal.stdout.write(`asking ${host}:${port}\n`);
            return behave(terminal);
          }),
      );
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(line: string, behave: Behaviour = () => {}): Promise<Run> {
  const terminal = new MemoryTerminal();
  const code = await runProgram(toolThat(behave), terminal, line.split(" ").filter(Boolean));
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

function fail(error: unknown): Behaviour {
  return () => {
    throw error;
  };
}

test("a command that runs to its end is done", async () => {
  expect(await run("ask ::1 -p 7")).toEqual({ code: 0, stdout: "asking ::1:7\n", stderr: "" });
});

test("a command is waited for", async () => {
  const behave: Behaviour = async ({ stdout }) => {
    await Promise.resolve();
    stdout.write("answered\n");
  };
  expect(await run("ask ::1", behave)).toEqual({
    code: 0,
    stdout: "asking ::1:1060\nanswered\n",
    stderr: "",
  });
});

describe("what was asked for", () => {
  test.each(["--help", "-h", "help"])("%s is on stdout", async (line) => {
    const { code, stdout, stderr } = await run(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toStartWith("Usage: udp-test [options] [command]\n\nA tool to test with\n");
  });

  test.each(["ask --help", "help ask"])("%s is too", async (line) => {
    const { code, stdout, stderr } = await run(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toStartWith("Usage: udp-test ask [options] <host>\n\nasks somebody\n");
    expect(stdout).toContain("Basic options:\n  -p, --port <port>  UDP port (default: 1060)\n");
  });

  test("the version as well", async () => {
    expect(await run("--version")).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });
});

describe("usage errors end with 2, nothing on stdout, and on stderr what is wrong and the usage", () => {
  const TOOL = "Usage: udp-test [options] [command]\n";
  const ASK = "Usage: udp-test ask [options] <host>\n";

  test.each<[string, string]>([
    ["nobody", `error: unknown command 'nobody'\n${TOOL}`],
    ["--nothing", `error: unknown option '--nothing'\n${TOOL}`],
    ["ask", `error: missing required argument 'host'\n${ASK}`],
    ["ask ::1 --nothing", `error: unknown option '--nothing'\n${ASK}`],
    ["ask ::1 -p", `error: option '-p, --port <port>' argument missing\n${ASK}`],
    [
      "ask ::1 -p 70000",
      `error: option '-p, --port <port>' argument '70000' is invalid. Expected a port from 0 to 65535; got "70000".\n${ASK}`,
    ],
    [
      "ask ::1 --mode warp --json",
      `error: option '--mode <mode>' argument 'warp' is invalid. Allowed choices are fast, slow.\n${ASK}`,
    ],
    [
      "ask ::1 extra",
      `error: too many arguments for 'ask'. Expected 1 argument but got 2: ::1, extra.\n${ASK}`,
    ],
  ])("%s", async (line, stderr) => {
    expect(await run(line)).toEqual({ code: 2, stdout: "", stderr });
  });

  test("what was typed is shown, and drives no terminal", async () => {
    const { code, stderr } = await run("\u001b[31mred");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: unknown command '\\x1b[31mred'\n${TOOL}`,
    });
  });

  test("a name that is nearly right is suggested", async () => {
    const { code, stderr } = await run("akk");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: unknown command 'akk'\n(Did you mean ask?)\n${TOOL}`,
    });
  });

  test.each<[string, string]>([
    ["without arguments and without a person to ask", ""],
    ["where help is asked for what there is not", "help nobody"],
  ])("%s, the help is on stderr", async (_name, line) => {
    const { stdout: help } = await run("--help");
    expect(await run(line)).toEqual({ code: 2, stdout: "", stderr: help });
  });
});

describe("failures end with 1", () => {
  const refused = new UdpError("UDP_REFUSED", "nothing is listening at [::1]:1060");

  test("an error of the toolkit is one line", async () => {
    expect(await run("ask ::1", fail(refused))).toEqual({
      code: 1,
      stdout: "asking ::1:1060\n",
      stderr: "error: nothing is listening at [::1]:1060\n",
    });
  });

  test.each<[string, string]>([
    ["always", "\u001b[31merror:\u001b[39m nothing is listening at [::1]:1060\n"],
    ["never", "error: nothing is listening at [::1]:1060\n"],
  ])("with --color %s it is colored so", async (color, stderr) => {
    expect(await run(`ask ::1 --color ${color}`, fail(refused))).toMatchObject({ code: 1, stderr });
  });

  test("with --json it is a document too", async () => {
    const { code, stdout, stderr } = await run("ask ::1 --json", fail(refused));
    const [, line = ""] = stdout.split("\n");
    expect({ code, stderr, document: JSON.parse(line) }).toEqual({
      code: 1,
      stderr: "error: nothing is listening at [::1]:1060\n",
      document: {
        schema: "udp-test/1",
        kind: "error",
        code: "UDP_REFUSED",
        message: "nothing is listening at [::1]:1060",
      },
    });
  });

  test("a fault of the program says where", async () => {
    const { code, stdout, stderr } = await run("ask ::1 --json", fail(new TypeError("odd")));
    const [, line = ""] = stdout.split("\n");
    expect(code).toBe(1);
    expect(stderr).toStartWith("error: TypeError: odd\n");
    expect(stderr).toContain("run.test.ts");
    expect(JSON.parse(line)).toMatchObject({ kind: "error", code: "INTERNAL" });
  });

  test("what is no error fails as well", async () => {
    expect(await run("ask ::1", fail("odd"))).toMatchObject({ code: 1, stderr: "error: odd\n" });
  });
});

describe("interruptions end with 130", () => {
  async function runInterrupted(behave: (signal: AbortSignal) => void): Promise<Run> {
    const terminal = new MemoryTerminal();
    const tool = toolThat(({ interruption }) => {
      terminal.interrupt();
      behave(interruption);
    });
    const code = await runProgram(tool, terminal, ["ask", "::1"]);
    return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
  }

  test("where the command throws because of it, and nothing is said", async () => {
    expect(await runInterrupted((signal) => signal.throwIfAborted())).toEqual({
      code: 130,
      stdout: "asking ::1:1060\n",
      stderr: "",
    });
  });

  test("but not where it fails for a reason of its own", async () => {
    const runFailing = runInterrupted(() => {
      throw new UdpError("UDP_REFUSED", "nothing is listening at [::1]:1060");
    });
    expect(await runFailing).toMatchObject({
      code: 1,
      stderr: "error: nothing is listening at [::1]:1060\n",
    });
  });

  test("but not where the command comes to its end", async () => {
    expect(await runInterrupted(() => {})).toMatchObject({ code: 0 });
  });
});

describe("without arguments, where there is a person to ask", () => {
  function start(): { terminal: MemoryTerminal; code: Promise<number> } {
    const terminal = new MemoryTerminal({ isInteractive: true });
    return {
      terminal,
      code: runProgram(
        toolThat(() => {}),
        terminal,
        [],
      ),
    };
  }

  test("the answers are run", async () => {
    const { terminal, code } = start();
    const { stdin, stdout } = terminal;
    await stdout.shown("Which role?");
    stdin.write("\r");
    await stdout.shown("Host: who is asked");
    stdin.write("::1\r");
    await stdout.shown("--port");
    stdin.write("\r");
    await stdout.shown("More options?");
    stdin.write("\r");
    expect(await code).toBe(0);
    expect(stdout.text).toContain("The same as: udp-test ask ::1\n");
    expect(stdout.text).toEndWith("asking ::1:1060\n");
  });

  test("leaving ends with 130, and nothing is run", async () => {
    const { terminal, code } = start();
    await terminal.stdout.shown("Which role?");
    terminal.stdin.write("\u0003");
    expect(await code).toBe(130);
    expect(terminal.stdout.text).not.toContain("asking");
  });
});
