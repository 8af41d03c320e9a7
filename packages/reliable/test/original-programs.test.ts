import { expect } from "bun:test";
import { join } from "node:path";
import { Peer, RunningProgram, testWhere } from "@udp/lab/testing";
import { runUdpReliable, startServer, startUdpReliable } from "./udp-reliable.ts";

const obstacle = Bun.which("python3") === null ? "no python3" : undefined;

/** The seed of random numbers of which the first three are below 0.5, and the fourth is not. */
const DROPS_THREE = "9";

function startPython(script: string, ...words: readonly string[]): RunningProgram {
  return RunningProgram.start(["python3", join(import.meta.dir, "peers", script), ...words]);
}

/** The port in an address as Python writes it, `('127.0.0.1', 1060)`. */
function portOf(line: string): string {
  const [, port = ""] = /', (\d+)\)/.exec(line) ?? [];
  return port;
}

testWhere(obstacle, "our client, in plain text, asks the original server", async () => {
  await using server = startPython("original-server.py", "127.0.0.1", "0", DROPS_THREE);
  const port = portOf(await server.nextLine());
  const { stdout, ...outcome } = await runUdpReliable([
    "client",
    "127.0.0.1",
    "-p",
    port,
    "--plain",
  ]);
  const [name = "", ...lines] = stdout.trimEnd().split("\n");
  const client = name.replace(/^Client socket name is 127\.0\.0\.1:/, "");
  const served: string[] = [];
  for (let count = 0; count < 4; count++) served.push(await server.nextLine());
  // A slow server is asked more often.
  expect([[...lines.slice(0, 4), lines.at(-1)], served, outcome]).toEqual([
    [
      "Waiting up to 0.1 seconds for a reply",
      "Waiting up to 0.2 seconds for a reply",
      "Waiting up to 0.4 seconds for a reply",
      "Waiting up to 0.8 seconds for a reply",
      expect.stringMatching(/^The server says "Your data was 23 bytes long" \(\d+ tries, .*\)$/),
    ],
    [
      ...new Array(3).fill(`Pretending to drop packet from ('127.0.0.1', ${client})`),
      `The client at ('127.0.0.1', ${client}) says 'This is another message'`,
    ],
    {
      code: 0,
      stderr:
        "warning: without frames nothing tells which try an answer is to, and a late one is believed\n",
    },
  ]);
});

testWhere(obstacle, "the original client asks our server", async () => {
  await using server = await startServer();
  const { port } = server.local;
  await using client = startPython("original-client.py", "127.0.0.1", String(port));
  const { stdout, ...outcome } = await client.end();
  const [name = "", ...lines] = stdout.trimEnd().split("\n");
  expect([outcome, [lines[0], lines.at(-1)], await server.program.nextLine()]).toEqual([
    { code: 0, stderr: "" },
    ["Waiting up to 0.1 seconds for a reply", "The server says 'Your data was 23 bytes long'"],
    `The client at 127.0.0.1:${portOf(name)} says "This is another message"`,
  ]);
});

testWhere(obstacle, "a late answer fools the original client, and not ours", async () => {
  await using server = await Peer.open();
  const port = String(server.local.port);
  await using original = startPython("original-client.py", "127.0.0.1", port);
  const { from } = await server.next();
  await server.next();
  // To the first try, when the second has left.
  await server.send("late", from);
  await using ours = startUdpReliable(["client", "127.0.0.1", "-p", port, "--attempts", "2"]);
  const frame = await server.next();
  await server.send("late", frame.from);
  const outcomes = [await original.end(), await ours.end()];
  expect(outcomes.map(({ code, stdout }) => [code, stdout.trimEnd().split("\n").at(-1)])).toEqual([
    [0, "The server says 'late'"],
    [1, "Waiting up to 0.2 seconds for a reply"],
  ]);
});
