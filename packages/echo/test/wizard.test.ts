import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { askEcho, serveEcho } from "../src/index.ts";
import { runUdpEcho, UDP_ECHO } from "./udp-echo.ts";

function openWizard(): PseudoTerminal {
  return new PseudoTerminal(UDP_ECHO);
}

describe("on a terminal, without arguments", () => {
  test("asks for a server, refuses a bad port, shows the command line, and serves", async () => {
    await using wizard = openWizard();
    await wizard.answer("Which role?");
    await wizard.answer("Host: address to listen at");
    await wizard.answer("--port: UDP port", "70000");
    const complaint = 'Expected a port from 0 to 65535; got "70000".';
    await wizard.answer(complaint, KEY.erase.repeat(5), "0");
    await wizard.answer("--reply: answer with", KEY.down);
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-echo server --port 0 --reply echo");
    await wizard.shows("Listening at 127.0.0.1:");
    const port = Number.parseInt(await wizard.shows("\r\n"), 10);
    const { payload } = await askEcho({ port, payload: new TextEncoder().encode("hello") });
    expect(new TextDecoder().decode(payload)).toBe("hello");
    await wizard.shows('says "hello"');
    wizard.type(KEY.interrupt);
    await wizard.shows("Received 1 datagram: answered 1, refused 0");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a client, and what to send", async () => {
    await using server = await serveEcho({ port: 0 });
    await using wizard = openWizard();
    const port = String(server.local.port);
    await wizard.answer("Which role?", KEY.down);
    await wizard.answer("Host: address or name of the server");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--message: what to send", "it's me");
    await wizard.answer("--timeout: how long to wait");
    await wizard.answer("More options?");
    await wizard.shows(`The same as: udp-echo client --port ${port} --message 'it'\\''s me'`);
    await wizard.shows(
      `The server ${formatEndpoint(server.local)} replied "Your data was 7 bytes long"`,
    );
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a probe, shows how far it has come, and in the end what came of it", async () => {
    await using server = await serveEcho({ port: 0 });
    await using wizard = openWizard();
    const port = String(server.local.port);
    await wizard.answer("Which role?", KEY.down.repeat(2));
    await wizard.answer("Host: address or name of the server");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--count:", "1000000");
    await wizard.answer("--interval:", "1ms");
    for (const question of ["--duration:", "--size:", "--protocol:"]) await wizard.answer(question);
    await wizard.answer("More options?");
    await wizard.shows(`The same as: udp-echo probe --port ${port} --count 1000000 --interval 1ms`);
    await wizard.shows(", missing ");
    await wizard.shows("median ");
    wizard.type(KEY.interrupt);
    await wizard.shows("engine ");
    await wizard.shows("stopped)");
    await wizard.shows("Answered ");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for all the other options where that is wished", async () => {
    await using wizard = openWizard();
    await wizard.answer("Which role?");
    await wizard.answer("Host:");
    await wizard.answer("--port:", "0");
    await wizard.answer("--reply:");
    await wizard.answer("More options?", "y");
    for (const option of ["--key-file:", "--stateful:", "--peer:"]) await wizard.answer(option);
    await wizard.answer("--rate-per-source:");
    await wizard.answer("--rate-total:", "none");
    await wizard.answer("--allow-source-port:");
    await wizard.answer("--trusted:", "y");
    await wizard.answer("--engine:");
    await wizard.answer("--workers:");
    await wizard.answer("--ipv4:", "y");
    const skipped = await wizard.shows("--json:");
    wizard.type("y", KEY.enter);
    await wizard.answer("--quiet:");
    await wizard.answer("--color:");
    await wizard.shows(
      "The same as: udp-echo server --port 0 --rate-total none --trusted --ipv4 --json",
    );
    await wizard.shows('"kind":"listening"');
    wizard.type(KEY.interrupt);
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
    expect(skipped).not.toContain("--ipv6");
  });

  test.each([
    ["at the first question", ["Which role?"]],
    ["at a later one", ["Which role?", "Host:", "--port:"]],
  ])("Ctrl-C %s: exit 130, and the terminal is as before", async (_title, questions) => {
    await using wizard = openWizard();
    for (const question of questions.slice(0, -1)) await wizard.answer(question);
    await wizard.shows(questions.at(-1) ?? "");
    wizard.type(KEY.interrupt);
    await wizard.shows("Nothing was done.");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([130, true]);
  });

  test("SIGTERM: the same", async () => {
    await using wizard = openWizard();
    await wizard.shows("Which role?");
    wizard.kill("SIGTERM");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([130, true]);
  });
});

describe("without a terminal", () => {
  const HELP = expect.stringMatching(/^Usage: udp-echo \[options\] \[command\]\n/);

  test("stdin is empty: help on stderr, exit 2", async () => {
    expect(await runUdpEcho([])).toEqual({ code: 2, stdout: "", stderr: HELP });
  });

  test("stdin is a pipe that stays open: the same, without waiting", async () => {
    const program = Bun.spawn([...UDP_ECHO], { stdin: "pipe", stderr: "pipe" });
    const [stdout, stderr] = await Promise.all([program.stdout.text(), program.stderr.text()]);
    expect({ code: await program.exited, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: HELP,
    });
  });
});
