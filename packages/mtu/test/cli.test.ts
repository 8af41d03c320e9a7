import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { documents, runUdpMtu, startReflector } from "./udp-mtu.ts";

describe("reflector and discover", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s: says what was reflected", async (signal) => {
    await using reflector = await startReflector();
    const argv = ["discover", "127.0.0.1", "-p", String(reflector.local.port)];
    const { stdout, ...outcome } = await runUdpMtu(argv);
    expect([stdout.split("\n").slice(0, 3), outcome]).toEqual([
      [
        "Verdict: clean: nothing on the way is narrower than the interface",
        "Path MTU: 65535 bytes [the largest IPv4 packet]",
        `  by the reflector at ${formatEndpoint(reflector.local)}, each way by itself`,
      ],
      { code: 0, stderr: "" },
    ]);
    expect(await reflector.program.nextLine()).toMatch(
      /^The client at 127\.0\.0\.1:\d+ sent \d+ bytes and got an acknowledgement$/,
    );
    const { stdout: served, ...end } = await reflector.program.end(signal);
    expect([served.split("\n").slice(-3), end]).toEqual([
      [
        expect.stringMatching(
          /^Received \d+ datagrams: answered \d+ \(acknowledgement \d+, cookie \d+, sized-datagram \d+\), ignored 0$/,
        ),
        expect.stringMatching(/^Sent back on request: \d+ bytes$/),
        "",
      ],
      { code: 0, stderr: "" },
    ]);
  });

  test("--json: documents on both sides", async () => {
    await using reflector = await startReflector(["-6", "--json"]);
    const argv = ["discover", "::1", "-p", String(reflector.local.port), "--json"];
    const { stdout, ...outcome } = await runUdpMtu(argv);
    const { stdout: served } = await reflector.program.end("SIGTERM");
    expect([documents(stdout), outcome, documents(served).at(-1)]).toEqual([
      [
        expect.objectContaining({
          kind: "discovery",
          verdict: "clean",
          pathMtuBytes: 65_536,
          backwardMtuBytes: 65_536,
        }),
      ],
      { code: 0, stderr: "" },
      expect.objectContaining({ kind: "summary", ignoredCount: 0, droppedLineCount: 0 }),
    ]);
  });
});

test("trace: this host is one hop away", async () => {
  await using reflector = await startReflector(["--quiet"]);
  const argv = ["trace", "127.0.0.1", "-p", String(reflector.local.port)];
  const { stdout, ...outcome } = await runUdpMtu(argv);
  expect([stdout.split("\n"), outcome]).toEqual([
    [
      expect.stringMatching(/^ {2}1 {2}127\.0\.0\.1 {2}\d+\.\d\d\/\d+\.\d\d ms$/),
      "Reached 127.0.0.1 in 1 hop",
      "Packets of 65535 bytes get as far as hop 1",
      "",
    ],
    { code: 0, stderr: "" },
  ]);
});

test("the reflector's port is in use: exit 1, and one line", async () => {
  await using reflector = await startReflector(["--quiet"]);
  const { port } = reflector.local;
  expect(await runUdpMtu(["reflector", "-p", String(port)])).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: 127.0.0.1:${port} is in use by another program; stop it or choose another port\n`,
  });
});

test("a default command: its name need not be said", async () => {
  const [said, unsaid] = await Promise.all([
    runUdpMtu(["kernel", "127.0.0.1"]),
    runUdpMtu(["127.0.0.1"]),
  ]);
  expect([unsaid, said.code]).toEqual([said, 0]);
});

test.each([
  [
    ["complete", "--", "refl"],
    ["reflector\tanswer measurements: the far end of discover and trace"],
  ],
  [["complete", "--", "reflector", "--bud"], [expect.stringMatching(/^--budget\t/)]],
])("%j: prints its candidates", async (argv, candidates) => {
  const { stdout, ...outcome } = await runUdpMtu(argv);
  expect([stdout.trimEnd().split("\n").slice(0, -1), outcome]).toEqual([
    candidates,
    { code: 0, stderr: "" },
  ]);
});
