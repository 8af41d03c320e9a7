import { describe, expect, test } from "bun:test";
import type { Outcome, ProgramOptions } from "../src/testing/index.ts";
import { KEY, labTest, PseudoTerminal, RunningProgram } from "../src/testing/index.ts";

/** The program as people run it. */
const LAB: readonly string[] = [
  process.execPath,
  Bun.fileURLToPath(import.meta.resolve("../src/cli/main.ts")),
];

const END_OF_INPUT = "\u0004";
const STOP = "\u001a";

/** Waits for the terminal to show each text, and types what stands behind it. */
type Exchange = readonly (readonly [shown: string, ...keys: readonly string[]])[];

async function converse(terminal: PseudoTerminal, exchange: Exchange): Promise<void> {
  for (const [shown, ...keys] of exchange) {
    await terminal.shows(shown);
    terminal.type(...keys);
  }
}

/** Runs the program to its end. */
async function runLab(argv: readonly string[], options?: ProgramOptions): Promise<Outcome> {
  await using program = RunningProgram.start([...LAB, ...argv], options);
  return await program.end();
}

/** Runs the program with its commands on stdin. */
async function typeIntoLab(argv: readonly string[], commands: string): Promise<Outcome> {
  const program = Bun.spawn([...LAB, ...argv], { stdin: Buffer.from(commands), stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([program.stdout.text(), program.stderr.text()]);
  return { code: await program.exited, stdout, stderr };
}

const PICTURE_OF_A_PAIR = `a ──1500── b

node  interface  addresses
a     e0         10.77.1.1/24  fd77:1::1/64
b     e0         10.77.1.2/24  fd77:1::2/64

`;

describe("behind --, a program at the first host", () => {
  labTest("its output is stdout, its exit code is the exit code", async () => {
    const argv = ["pair", "--", "sh", "-c", "ip -br -4 addr show e0; exit 7"];
    expect(await runLab(argv)).toEqual({
      code: 7,
      stdout: expect.stringMatching(/^e0\S* +UP +10\.77\.1\.1\/24 *\n$/),
      stderr: PICTURE_OF_A_PAIR,
    });
  });

  labTest("with a bad link: what it did comes behind", async () => {
    const argv = ["path", "--mtus", "1500,1400", "--delay", "1ms", "--", "ping", "-c2", "-qi.1"];
    const { code, stdout, stderr } = await runLab([...argv, "h2"]);
    expect({ code, stdout, lines: stderr.split("\n") }).toEqual({
      code: 0,
      stdout: expect.stringContaining("2 packets transmitted, 2 received"),
      lines: [
        "h1 ──1500── r1 ~~1400~~ h2",
        "r1 ~~ h2: delay 1 ms",
        ...new Array(7).fill(expect.anything()),
        "r1 ~~> h2: sent 2, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 2",
        "r1 <~~ h2: sent 2, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 2",
        "",
      ],
    });
  });

  labTest("nodes and tools are commands", async () => {
    const argv = ["diamond", "--", "r1", "r2", "udp-echo", "--version"];
    const { code, stdout } = await runLab(argv);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "0.0.0\n" });
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    labTest(`${signal} reaches it, and it may end in its own way`, async () => {
      await using lab = RunningProgram.start([...LAB, "pair", "--", "udp-echo", "server", "::"]);
      await lab.nextLine();
      expect(await lab.end(signal)).toEqual({
        code: 0,
        stdout: "Listening at [::]:1060\nReceived 0 datagrams: answered 0, refused 0\n",
        stderr: PICTURE_OF_A_PAIR,
      });
    });
  }

  for (const [signal, code] of [
    ["INT", 130],
    ["TERM", 143],
    ["KILL", 137],
  ] as const) {
    labTest(`ended by SIG${signal}: exit ${code}, and not a word of it`, async () => {
      const argv = ["pair", "--", "sh", "-c", `kill -${signal} $$`];
      expect(await runLab(argv)).toEqual({ code, stdout: "", stderr: PICTURE_OF_A_PAIR });
    });
  }

  labTest("Ctrl-C and Ctrl-Z on a terminal are for it alone", async () => {
    await using terminal = new PseudoTerminal([...LAB, "pair", "--", "udp-echo", "server", "::"]);
    await converse(terminal, [["Listening at [::]:1060", STOP, KEY.interrupt]]);
    const seen = await terminal.shows("Received 0 datagrams: answered 0, refused 0");
    expect([seen.split("\n").length, await terminal.exitCode, terminal.isAsBefore]).toEqual([
      3,
      0,
      true,
    ]);
  });
});

labTest("in a pipeline, the terminal is for all of its programs", async () => {
  const first = '(trap : INT; "$@"; echo "exit $?")';
  const last = '(trap "" INT; head -n 1; read -r answer </dev/tty; echo "read $answer"; cat)';
  const script = `trap : INT; ${first} | ${last}`;
  const argv = [...LAB, "pair", "--loss", "0", "--", "udp-echo", "server", "::"];
  await using terminal = new PseudoTerminal(["sh", "-c", script, "sh", ...argv]);
  await converse(terminal, [
    ["Listening at [::]:1060", "this", KEY.enter],
    ["read this", KEY.interrupt],
  ]);
  // The one comes by the pipe and the other does not, so that either may be first.
  const shown = await terminal.shows("exit 0");
  expect(shown).toContain("Received 0 datagrams: answered 0, refused 0");
  expect(shown).toContain("a ~~> b: sent 0");
});

labTest("in the background, the terminal is for others", async () => {
  const script = '"$@" & read -r answer; kill $!; wait $!; echo "exit $?"';
  const argv = [...LAB, "pair", "--", "udp-echo", "server", "::"];
  await using terminal = new PseudoTerminal(["sh", "-mc", script, "sh", ...argv]);
  await converse(terminal, [
    ["Listening at [::]:1060", "enough", KEY.enter],
    ["Received 0 datagrams: answered 0, refused 0"],
    ["exit 0"],
  ]);
});

describe("without a program, commands on stdin", () => {
  labTest("are run, and the last one's exit code is the exit code", async () => {
    const commands = "ip -br -4 addr show e0 | cut -c 1-2\nb sh -c 'exit 3'\n";
    expect(await typeIntoLab(["pair"], commands)).toEqual({
      code: 3,
      stdout: "e0\n",
      stderr: PICTURE_OF_A_PAIR,
    });
  });

  labTest("a node without a program reads them too", async () => {
    const { code, stdout } = await typeIntoLab(["pair"], "b\nhostname=b; echo at $hostname\n");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "at b\n" });
  });
});

describe("a shell on a terminal", () => {
  labTest("opens at the first host; nodes and tools are commands; exit leaves", async () => {
    await using terminal = new PseudoTerminal([...LAB, "path", "--delay", "1ms"]);
    await converse(terminal, [
      ["h1 ──1500── r1 ~~1400~~ r2 ──1280── h2"],
      ["`exit` takes the network away."],
      ["h1$ ", "r1 ip -br -4 addr show e1", KEY.enter],
      ["10.77.2.1/24"],
      ["h1$ ", "h2 udp-echo server :: --quiet &", KEY.enter],
      ["Listening at [::]:1060", "udp-echo client h2", KEY.enter],
      ['The server [fd77:3::2]:1060 replied "Your data was 38 bytes long"'],
      ["h1$ ", "exit", KEY.enter],
      ["r1 ~~> r2: sent 1, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 1"],
      ["r1 <~~ r2: sent 1, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 1"],
    ]);
    expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
  });

  labTest("Ctrl-Z stops the program in the foreground, Ctrl-C ends it, Ctrl-D leaves", async () => {
    await using terminal = new PseudoTerminal([...LAB, "pair"]);
    await converse(terminal, [
      ["a$ ", "ping -i 0.1 b", KEY.enter],
      ["icmp_seq=1", STOP],
      ["Stopped"],
      ["a$ ", "fg", KEY.enter],
      ["icmp_seq=2", KEY.interrupt],
      ["packets transmitted"],
      ["a$ ", "false", KEY.enter],
      ["a$ ", END_OF_INPUT],
    ]);
    expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
  });

  labTest("opens at every node, whatever commands the shell has of that name", async () => {
    await using terminal = new PseudoTerminal([...LAB, "diamond"]);
    await converse(terminal, [
      ["source$ ", "r1", KEY.enter],
      ["r1$ ", "source", KEY.enter],
      ["source$ ", "exit", KEY.enter],
      ["r1$ ", "exit", KEY.enter],
      ["source$ ", "exit", KEY.enter],
    ]);
    expect(await terminal.exitCode).toBe(0);
  });

  labTest("ends where the lab is asked to stop", async () => {
    await using terminal = new PseudoTerminal([...LAB, "pair", "--loss", "0"]);
    await terminal.shows("a$ ");
    terminal.kill("SIGTERM");
    await terminal.shows("a <~~ b: sent 0");
    expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
  });

  labTest("gives the terminal back, to a program that writes in the foreground only", async () => {
    const script = 'stty tostop; "$@" && echo back && read -r answer && echo "read $answer"';
    await using terminal = new PseudoTerminal(["sh", "-c", script, "sh", ...LAB, "pair"]);
    await converse(terminal, [
      ["a$ ", "exit", KEY.enter],
      ["back", "this", KEY.enter],
      ["read this"],
    ]);
    expect(await terminal.exitCode).toBe(0);
  });

  labTest("leaves its output alone where that goes elsewhere", async () => {
    const script = 'written=$("$@") && echo "written: $written"';
    await using terminal = new PseudoTerminal(["sh", "-c", script, "sh", ...LAB, "pair"]);
    await converse(terminal, [
      ["a ──1500── b"],
      ["a$ ", "echo this", KEY.enter],
      ["a$ ", "exit", KEY.enter],
      ["written: this\r\n"],
    ]);
    expect(await terminal.exitCode).toBe(0);
  });

  labTest("comes out of the questions too", async () => {
    await using terminal = new PseudoTerminal(LAB);
    await converse(terminal, [
      ["Which role?", KEY.down, KEY.down, KEY.enter],
      ["--mtus: MTU of each hop", "1500,12", KEY.enter],
      ["MTU: expected a whole number from 68 to 65535; got 12.", "80", KEY.enter],
      ["--black-hole: who says nothing", KEY.down, KEY.enter],
      ["More options?", "n"],
      ["The same as: lab path --mtus 1500,1280 --black-hole all"],
      ["h1 ──1500── r1 ──1280── h2"],
      ["h1$ ", "exit", KEY.enter],
    ]);
    expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
  });
});

test("where no network can be made: exit 1, one line, and what can be had", async () => {
  const { code, stdout, stderr } = await runLab(["pair"], { env: { PATH: "/nowhere" } });
  expect({ code, stdout, lines: stderr.split("\n") }).toEqual({
    code: 1,
    stdout: "",
    lines: [
      expect.stringMatching(
        /^error: this host cannot make networks: .*; lab relay puts a bad link/,
      ),
      "",
    ],
  });
});

test("a usage error: exit 2, one line and the usage", async () => {
  expect(await runLab(["path", "--mtus", "1500,1400", "--black-hole", "far"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: --mtus: expected from 3 to 64 of them with the black hole far; got 2\nUsage: lab path [options] [program...]\n",
  });
});
