import { describe, expect, test } from "bun:test";
import { Peer } from "@udp/lab/testing";
import { documents, runUdpBroadcast, startServer } from "./udp-broadcast.ts";

/** The only broadcast address that reaches nobody but this host. */
const LOOPBACK_BROADCAST = "127.255.255.255";

describe("a server and a client", () => {
  test("the words of the lesson, and how the datagram came", async () => {
    await using server = await startServer();
    const port = String(server.local.port);
    const client = await runUdpBroadcast(["client", LOOPBACK_BROADCAST, "-p", port]);
    const [, from] = /from (127\.0\.0\.1:\d+) /.exec(client.stdout) ?? [];
    expect(client).toEqual({
      code: 0,
      stdout: `Sent 19 bytes from ${from} to ${LOOPBACK_BROADCAST}:${port} out of lo\n`,
      stderr: "",
    });
    expect(await server.program.nextLine()).toBe(
      `The client at ${from} says: "Broadcast datagram!" (at lo, to ${LOOPBACK_BROADCAST})`,
    );
    const { code, stdout } = await server.program.end("SIGINT");
    expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "Received 1 datagram"]);
  });

  test("--json on both sides", async () => {
    await using server = await startServer(["--json"]);
    const { port } = server.local;
    const argv = [
      "client",
      LOOPBACK_BROADCAST,
      "-p",
      String(port),
      "--json",
      "--message",
      "a\u001bb",
    ];
    const client = await runUdpBroadcast(argv);
    await server.program.nextLine();
    const { stdout } = await server.program.end("SIGINT");
    const payload = { bytes: 3, text: "a\u001bb", base64: null };
    expect([documents(client.stdout), documents(stdout)]).toMatchObject([
      [
        {
          kind: "beacon",
          payload,
          sent: [
            {
              method: "directed",
              to: `${LOOPBACK_BROADCAST}:${port}`,
              interface: "lo",
              error: null,
            },
          ],
          skipped: [],
        },
      ],
      [
        { kind: "listening", local: `0.0.0.0:${port}`, hearsBroadcasts: true },
        { kind: "heard", interface: "lo", destination: LOOPBACK_BROADCAST, payload },
        { kind: "summary", receivedCount: 1 },
      ],
    ]);
  });

  test.each(["127.0.0.1", "::1"])("one host alone: %s", async (address) => {
    await using server = await startServer(["::"]);
    const client = await runUdpBroadcast(["client", address, "-p", String(server.local.port)]);
    expect([client.code, await server.program.nextLine()]).toEqual([
      0,
      expect.stringContaining(`says: "Broadcast datagram!" (at lo, to ${address})`),
    ]);
  });

  test("at an address of one host: says what it does not hear", async () => {
    await using server = await startServer(["127.0.0.1"]);
    const { stderr } = await server.program.end("SIGINT");
    expect(stderr).toBe(
      "warning: a server at 127.0.0.1 hears what is sent to that address alone; listen at 0.0.0.0 to hear all broadcasts\n",
    );
  });

  test("answers nobody", async () => {
    await using peer = await Peer.open();
    await using server = await startServer();
    const to = { address: "127.0.0.1", port: server.local.port };
    await peer.send("Is anybody there?", to);
    await server.program.nextLine();
    await peer.send("Nobody, it seems", peer.local);
    expect(new TextDecoder().decode((await peer.next()).payload)).toBe("Nobody, it seems");
  });
});

test("interfaces: what this host has", async () => {
  const { stdout, ...outcome } = await runUdpBroadcast(["interfaces"]);
  expect([outcome, stdout]).toEqual([
    { code: 0, stderr: "" },
    expect.stringMatching(
      /^name +address +.*\n(.*\n)*lo +127\.0\.0\.1\/8 +127\.255\.255\.255 .* no: it is the loopback\n/,
    ),
  ]);
  const [document] = documents((await runUdpBroadcast(["interfaces", "--json"])).stdout);
  expect(document).toMatchObject({
    kind: "interfaces",
    interfaces: expect.arrayContaining([
      expect.objectContaining({ name: "lo", isLoopback: true, skipped: "loopback" }),
    ]),
  });
});

describe("exit 1, and one line", () => {
  test.each([
    [
      ["client", "10.77.0.0/31"],
      'expected an IPv4 prefix with a broadcast address, such as 10.77.0.0/24; got "10.77.0.0/31"',
    ],
    [["client", "lo"], "no interface is fit for lo: lo: it is the loopback"],
    [["client", "ff02::1%no-such"], "no interface is fit for ff02::1%no-such: there is none"],
    [["server", "198.51.100.7"], "198.51.100.7:1060 is not an address of this host"],
  ])("%j", async (argv, message) => {
    const { code, stderr } = await runUdpBroadcast(argv);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`error: ${message}`)]);
  });
});

test.each([
  [
    ["client", "--hop-limit", "0"],
    "'--hop-limit <n>' argument '0' is invalid. Expected a whole number from 1 to 255.",
  ],
  [["client", "-p", "0"], "Expected a port from 1 to 65535"],
])("exit 2: %j", async (argv, message) => {
  const { code, stderr } = await runUdpBroadcast(argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
