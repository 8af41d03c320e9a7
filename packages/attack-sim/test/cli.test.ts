import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { documentsIn, endpointIn, ofKind, runAttackSim, startAttackSim } from "./udp-attack-sim.ts";

describe("the lesson by hand", () => {
  test("a client that checks nothing is fooled, and told how it could have known", async () => {
    await using server = startAttackSim("server", "-p", "0", "--stalled");
    const { port } = endpointIn(await server.nextLine());
    await using client = startAttackSim("client", "-p", String(port));
    const waiting = endpointIn(await client.nextLine());
    const attacker = await runAttackSim("attacker", "--port", String(waiting.port));
    const liar = endpointIn(attacker.stdout.split(" from ")[1] ?? "");
    expect(attacker).toEqual({
      code: 0,
      stdout: `Sent "fine" to ${formatEndpoint(waiting)} from ${formatEndpoint(liar)}\n`,
      stderr: "Nothing was intercepted, and no address forged: this came from a port of our own.\n",
    });
    const { code, stdout, stderr } = await client.end();
    expect([code, stdout.split("\n")[1]]).toEqual([
      0,
      `The server ${formatEndpoint(liar)} replied "fine"`,
    ]);
    expect(stderr.split("\n")).toEqual([
      `Waiting; in another terminal: udp-attack-sim attacker --port ${waiting.port}`,
      `warning: fooled: 127.0.0.1:${port} was asked, and this came from ${formatEndpoint(liar)}; with --check source it is ignored`,
      "",
    ]);
    const received = await server.end("SIGINT");
    expect(received.stdout.split("\n")).toEqual([
      `Listening at 127.0.0.1:${port}, and never answering`,
      `The client at ${formatEndpoint(waiting)} says "How are you?" (not answered: stalled)`,
      "Received 1 datagram: answered 0",
      "",
    ]);
  });

  test.each(["source", "source+id", "hmac"])(
    "a client that checks %s says what it ignores and why, and goes on waiting",
    async (check) => {
      await using server = startAttackSim("server", "-p", "0", "--stalled");
      const { port } = endpointIn(await server.nextLine());
      await using client = startAttackSim("client", "-p", String(port), "--check", check);
      const waiting = endpointIn(await client.nextLine());
      await runAttackSim("attacker", "--port", String(waiting.port), "--message", "trust me");
      expect(await client.nextLine()).toMatch(
        /^Ignored "trust me" from 127\.0\.0\.1:\d+: not the port that was asked$/,
      );
      expect((await client.end("SIGINT")).code).toBe(130);
    },
  );

  test("--json: every document is as its schema says", async () => {
    await using server = startAttackSim("server", "-p", "0", "--json");
    const port = String(endpointIn(await server.nextLine()).port);
    const client = await runAttackSim("client", "-p", port, "--check", "hmac", "--json");
    expect(documentsIn(client.stdout)).toMatchObject([
      { kind: "waiting", check: "hmac", server: `127.0.0.1:${port}` },
      { kind: "answer", text: "Your data was 12 bytes long", isFooled: false },
    ]);
    const { stdout } = await server.end("SIGTERM");
    expect(documentsIn(stdout).map(({ kind }) => kind)).toEqual([
      "listening",
      "request",
      "summary",
    ]);
  });

  test("nothing comes in time: exit 1, and what was ignored is counted", async () => {
    await using server = startAttackSim("server", "-p", "0", "--stalled");
    const { port } = endpointIn(await server.nextLine());
    const { code, stderr } = await runAttackSim("client", "-p", String(port), "--timeout", "50ms");
    expect([code, stderr.split("\n")[1]]).toEqual([
      1,
      `error: no answer that may be believed came from 127.0.0.1:${port}`,
    ]);
  });
});

describe("refused with exit 2", () => {
  const MESSAGE =
    "error: this laboratory attacks nothing but itself: expected an address of the loopback (127.0.0.0/8 or ::1); got 192.0.2.1";

  test.each([
    ["server", ["server", "192.0.2.1"]],
    ["client", ["client", "192.0.2.1"]],
    ["attacker", ["attacker", "--port", "40831", "--host", "192.0.2.1"]],
  ])("%s: an address outside the loopback", async (_role, argv) => {
    const { code, stdout, stderr } = await runAttackSim(...argv);
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([2, "", MESSAGE]);
  });

  test.each([
    ["an unknown attack", ["run", "teardrop"]],
    ["an unknown defence", ["run", "--defence", "prayer"]],
    ["two ids", ["run", "--defence", "id-8+id-16"]],
    ["a server in memory", ["run", "loop", "--simulate"]],
    ["no trials", ["run", "--trials", "0"]],
    ["too many datagrams", ["run", "--datagrams", "257"]],
    ["an attacker without a port", ["attacker"]],
    ["an explanation of nothing", ["explain"]],
  ])("%s", async (_what, argv) => {
    const { code, stdout, stderr } = await runAttackSim(...argv);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/^error: /)]);
  });
});

describe("list and explain", () => {
  test("list names all that explain explains", async () => {
    const { stdout } = await runAttackSim("list", "--json");
    const attacks = ofKind(stdout, "catalogue").flatMap((catalogue) => catalogue.attacks);
    const outcomes = await Promise.all(attacks.map(({ name }) => runAttackSim("explain", name)));
    for (const [index, { code, stdout: text }] of outcomes.entries()) {
      expect(code).toBe(0);
      expect(text).toMatch(
        new RegExp(`^${attacks[index]?.name}: [^]+\n\nWhat helps: [^]+\n\nSee: `),
      );
    }
  });

  test("explain --json", async () => {
    const { stdout } = await runAttackSim("explain", "birthday", "--json");
    expect(documentsIn(stdout)).toMatchObject([{ kind: "explanation", name: "birthday" }]);
  });
});

test("run --quiet: the matrix alone", async () => {
  const { code, stdout } = await runAttackSim(
    ...["run", "other-port", "id-copy", "--simulate", "--quiet", "--seed", "1", "--trials", "5"],
    ...["--defence", "none", "--defence", "source-check+patience"],
  );
  expect([code, stdout]).toEqual([
    0,
    `How often the attack succeeds, in percent:

                         A     B
none                   100   100
source-check+patience    0!  100

A other-port  B id-copy
! the client noticed something   × it noticed, and got no answer

4 cells of 5 exchanges, hosts in memory, at most 64 datagrams of the attacker in each (seed 1)
All agree with the closed form, at 99.9 % for all of them together
`,
  ]);
});

test("demo: two acts of three processes, and nothing is left of them", async () => {
  const { code, stdout, stderr } = await runAttackSim("demo", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const events = ofKind(stdout, "event");
  const said = (check: string, beginning: string): readonly string[] =>
    events
      .filter((event) => event.check === check && event.text.startsWith(beginning))
      .map(({ actor }) => actor);
  expect(["none", "source"].map((check) => said(check, "$ udp-attack-sim"))).toEqual([
    ["server", "client", "attacker"],
    ["server", "client", "attacker"],
  ]);
  expect(said("none", "warning: fooled")).toEqual(["client"]);
  expect(said("source", "Ignored")).toEqual(["client"]);
  expect(events.filter(({ text }) => text.includes("Your data was 12 bytes long"))).toHaveLength(1);
  expect(events.filter(({ text }) => text === "Received 1 datagram: answered 1")).toHaveLength(2);
});

test("demo: an interruption ends all of its processes", async () => {
  await using demo = startAttackSim("demo", "--json");
  for (let line = await demo.nextLine(); !line.includes("The OS assigned me"); ) {
    line = await demo.nextLine();
  }
  expect((await demo.end("SIGTERM")).code).toBe(130);
});
