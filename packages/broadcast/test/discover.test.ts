import { describe, expect, test } from "bun:test";
import { PseudoTerminal, RunningProgram } from "@udp/lab/testing";
import { documents, runUdpBroadcast, startServer, UDP_BROADCAST } from "./udp-broadcast.ts";

/** There no group is joined, and so nothing is told to the networks of this host. */
const LOOPBACK = "127.0.0.1";
const ANSWERING = [LOOPBACK, "--answer", "--name", "desk", "--info", "version=1"];

describe("discover", () => {
  test("shows who answers, how it was reached, and what it says of itself", async () => {
    await using server = await startServer(ANSWERING);
    const port = String(server.local.port);
    const { code, stdout } = await runUdpBroadcast([
      "discover",
      LOOPBACK,
      "-p",
      port,
      "--wait",
      "1s",
    ]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^name +endpoint +interface +rtt +reached by +info\n"desk" +127\\.0\\.0\\.1:${port} +lo +[\\d.]+ ms +unicast +version=1\n1 responder; asked 1 time, in 1 round, by 1 way\n$`,
        ),
      ),
    ]);
    const lines = (await server.program.end("SIGINT")).stdout.trimEnd().split("\n");
    expect(lines).toEqual([
      `Listening for datagrams at 127.0.0.1:${port}`,
      `Answering those who ask who is there, as "desk" at port ${port}`,
      expect.stringMatching(
        /^The client at 127\.0\.0\.1:\d+ asks who is there \(at lo, to 127\.0\.0\.1\)$/,
      ),
      "Received 1 datagram",
      "Answered 1",
      "Not answered: 0",
    ]);
  });

  test("--json: a document for each of them, and one for all", async () => {
    await using server = await startServer([...ANSWERING, "--service-port", "8080", "--json"]);
    const port = String(server.local.port);
    const argv = ["discover", LOOPBACK, "-p", port, "--wait", "1s", "--json"];
    const { stdout } = await runUdpBroadcast(argv);
    const path = { method: "unicast", address: LOOPBACK, interface: null };
    expect(documents(stdout)).toMatchObject([
      {
        kind: "responder",
        event: "found",
        name: "desk",
        endpoint: "127.0.0.1:8080",
        interface: "lo",
        paths: [path],
        info: { version: "1" },
      },
      {
        kind: "discovery",
        responderCount: 1,
        paths: [{ ...path, sentCount: 1, responderCount: 1 }],
      },
    ]);
    expect(documents((await server.program.end("SIGINT")).stdout)).toMatchObject([
      { kind: "listening", announcement: { name: "desk", port: 8080, info: { version: "1" } } },
      { kind: "query", interface: "lo", destination: LOOPBACK, silence: null },
      { kind: "summary", answers: { answeredCount: 1, silences: { foreign: 0 } } },
    ]);
  });

  test("--watch: who comes and who goes, until it is asked to stop", async () => {
    await using server = await startServer(ANSWERING);
    const port = String(server.local.port);
    await using watch = RunningProgram.start([
      ...UDP_BROADCAST,
      ...["discover", LOOPBACK, "-p", port, "--watch"],
    ]);
    expect(await watch.nextLine()).toStartWith(`Found: "desk" at 127.0.0.1:${port}, lo, `);
    await server.program.end("SIGINT");
    expect(await watch.nextLine()).toBe(`Gone: "desk" at 127.0.0.1:${port}`);
    const { code, stdout } = await watch.end("SIGINT");
    expect([code, stdout]).toEqual([0, expect.stringContaining("0 responders; asked ")]);
  });

  test("on a terminal, the list is shown while it changes", async () => {
    await using server = await startServer(ANSWERING);
    const port = String(server.local.port);
    await using terminal = new PseudoTerminal([
      ...UDP_BROADCAST,
      ...["discover", LOOPBACK, "-p", port, "--watch"],
    ]);
    await terminal.shows("reached by");
    terminal.type("\u0003");
    await terminal.shows("1 responder; asked ");
    expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
  });

  test("nobody: exit 1, and what to do", async () => {
    const { code, stdout, stderr } = await runUdpBroadcast([
      ...["discover", LOOPBACK, "-p", "1", "--wait", "100ms"],
    ]);
    expect([code, stdout, stderr]).toEqual([
      1,
      "0 responders; asked 1 time, in 1 round, by 1 way\n",
      "error: nobody answered; start udp-broadcast server --answer on another host, and see udp-broadcast check\n",
    ]);
  });
});

describe("exit 2", () => {
  test.each([
    [
      ["server", "--name", "desk"],
      "--name, --info, --service-port and --any-network go with --answer",
    ],
    [["server", "--answer", "--info", "version"], "Expected key=value."],
    [["server", "--group", "10.77.0.1"], "Expected a multicast group such as 239.1.2.3"],
    [["discover", "--method", "ping"], "Allowed choices are auto, broadcast, multicast, unicast."],
    [["discover", "--wait", "3"], "Expected"],
    [["check", "--wait", "1ms"], "Expected"],
  ])("%j", async (argv, message) => {
    const { code, stderr } = await runUdpBroadcast(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
