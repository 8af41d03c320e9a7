import { expect } from "bun:test";
import { join } from "node:path";
import { Peer, RunningProgram, testWhere } from "@udp/lab/testing";
import { runUdpEcho, startServer } from "./udp-echo.ts";

const obstacle = Bun.which("python3") === null ? "no python3" : undefined;

/** The time as Python writes it: without microseconds where there are none. */
const TIME = /"The time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?"$/;

function startPython(script: string, host: string, port: number): RunningProgram {
  const path = join(import.meta.dir, "peers", script);
  return RunningProgram.start(["python3", path, host, String(port)]);
}

/** The port in an address as Python writes it, `('127.0.0.1', 1060)`. */
function portOf(line: string): number {
  const [, port] = /', (\d+)\)/.exec(line) ?? [];
  return Number(port);
}

testWhere(obstacle, "our client asks the original server", async () => {
  await using server = startPython("original-server.py", "127.0.0.1", 0);
  const port = portOf(await server.nextLine());
  const outcome = await runUdpEcho(["client", "-p", String(port), "--quiet"]);
  expect(outcome).toEqual({
    code: 0,
    stdout: `The server 127.0.0.1:${port} replied "Your data was 38 bytes long"\n`,
    stderr: "",
  });
  expect(await server.nextLine()).toMatch(
    /^The client at \('127\.0\.0\.1', \d+\) says 'The time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}'$/,
  );
});

testWhere(obstacle, "the original client asks our server", async () => {
  await using server = await startServer();
  const { port } = server.local;
  await using client = startPython("original-client.py", "127.0.0.1", port);
  const { stdout, ...outcome } = await client.end();
  const line = await server.program.nextLine();
  const [assigned = "", replied] = stdout.split("\n");
  const [quoted = ""] = TIME.exec(line) ?? [];
  expect([outcome, line, replied]).toEqual([
    { code: 0, stderr: "" },
    `The client at 127.0.0.1:${portOf(assigned)} says ${quoted}`,
    `The server ('127.0.0.1', ${port}) replied 'Your data was ${quoted.length - 2} bytes long'`,
  ]);
});

testWhere(obstacle, "the original client believes anybody, and ours does not", async () => {
  await using server = await Peer.open();
  await using forger = await Peer.open();
  const { port } = server.local;
  await using original = startPython("original-client.py", "127.0.0.1", port);
  await forger.send("fine", (await server.next()).from);
  const ours = runUdpEcho(["client", "-p", String(port), "--quiet"]);
  const { from } = await server.next();
  await forger.send("fine", from);
  await server.send("true", from);
  const stdouts = [(await original.end()).stdout.split("\n")[1], (await ours).stdout];
  expect(stdouts).toEqual([
    `The server ('127.0.0.1', ${forger.local.port}) replied 'fine'`,
    `The server 127.0.0.1:${port} replied "true"\n`,
  ]);
});
