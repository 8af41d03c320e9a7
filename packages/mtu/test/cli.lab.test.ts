import { describe, expect } from "bun:test";
import { formatEndpoint } from "@udp/core";
import type { Lab, LabHost } from "@udp/lab";
import { createPath } from "@udp/lab";
import { labTest, PseudoTerminal } from "@udp/lab/testing";
import { documents, UDP_MTU } from "./udp-mtu.ts";

const MTUS = [1500, 1400, 1280];

/** What of each size was sent, and what arrived: the path MTU, one more byte, and others. */
const SIZES =
  /^ {2}sizes {6}(\d+ \d+\/\d+, )*1280 (\d+)\/\2, 1281 0\/\d+(, \d+ 0\/\d+)* \(arrived\/sent\)$/;

interface Expectation {
  readonly address: "ipv4" | "ipv6";
  readonly routers: readonly [string, string];
  readonly payloadBytes: number;
  readonly header: string;
  readonly mssBytes: number;
}

const FAMILIES: Readonly<Record<string, Expectation>> = {
  IPv4: {
    address: "ipv4",
    routers: ["10.77.1.2", "10.77.2.2"],
    payloadBytes: 1252,
    header: "20 IPv4",
    mssBytes: 1240,
  },
  IPv6: {
    address: "ipv6",
    routers: ["fd77:1::2", "fd77:2::2"],
    payloadBytes: 1232,
    header: "40 IPv6",
    mssBytes: 1220,
  },
};

for (const [family, expected] of Object.entries(FAMILIES)) {
  const { address, routers } = expected;
  const [near, narrow] = routers;

  labTest(
    `${family}: kernel believes the interface, discover measures, kernel has heard`,
    async () => {
      await using lab = await createPath({ mtus: MTUS });
      await using _reflector = await reflect(lab);
      const to = lab.host("h2")[address];
      expect(await run(lab, to)).toEqual([
        "Alas, the datagram did not make it",
        "Actual MTU: 1500",
        `The kernel believes 1500 bytes, from interface e0; \`udp-mtu discover ${to}\` measures`,
      ]);
      const lines = await run(lab, "discover", to);
      const asked = formatEndpoint({ address: to, port: 1060 });
      const arrived = "1280 bytes arrived, 1281 did not";
      expect(lines.map((line) => line.replace(/ \(by chance: 1 in [\d,]+\)$/, ""))).toEqual([
        "Verdict: icmp: a router says what is too large, and what arrived agrees",
        "Path MTU: 1280 bytes [IPv6 minimum (RFC 8200)]",
        `  by the reflector at ${asked}, each way by itself`,
        `  there      ${arrived}`,
        expect.stringMatching(SIZES),
        `  back       ${arrived}`,
        expect.stringMatching(SIZES),
        expect.stringMatching(
          new RegExp(
            `^  heard      Packet Too Big from ${narrow}, \\d+ times: 1280 bytes at most; `,
          ),
        ),
        expect.stringMatching(
          new RegExp(`^  heard      Packet Too Big from ${near}, \\d+ times: 1400 bytes at most; `),
        ),
        "  fragments  arrive",
        "  believed   1500 bytes, by the kernel from interface e0",
        expect.stringMatching(/^ {2}took {7}\d+ probes in \d+ round trips of \d+\.\d\d ms$/),
        "At most, over this path:",
        `  UDP payload                 ${expected.payloadBytes}  less ${expected.header} + 8 UDP (RFC 768)`,
        `  TCP MSS                     ${expected.mssBytes}  less ${expected.header} + 20 TCP (RFC 9293 section 3.7.1)`,
        expect.stringContaining(`  QUIC max_udp_payload_size   ${expected.payloadBytes}  `),
        expect.stringContaining(`  WireGuard MTU               ${expected.payloadBytes - 32}  `),
        expect.stringContaining(`  VXLAN inner MTU             ${expected.payloadBytes - 22}  `),
      ]);
      expect(await run(lab, to)).toEqual([
        "Alas, the datagram did not make it",
        "Actual MTU: 1280",
        expect.stringMatching(
          /^The kernel believes 1280 bytes, from a Packet Too Big \(heard \d+ s ago, forgotten in \d+ s\) over interface e0 \(1500\); /,
        ),
      ]);
    },
  );

  labTest(`${family}: trace shows the hops, and what lies beyond them`, async () => {
    await using lab = await createPath({ mtus: MTUS });
    await using _reflector = await reflect(lab);
    const to = lab.host("h2")[address];
    const lines = await run(lab, "trace", to, "--size", "1500");
    expect(lines.map((line) => line.replace(/\d+\.\d\d\/\d+\.\d\d ms/, "RTT"))).toEqual([
      `  1  ${near}  RTT  MTU beyond: 1400`,
      `  2  ${narrow}  RTT  MTU beyond: 1280`,
      `  3  ${to}  RTT`,
      `Reached ${to} in 3 hops`,
      "Packets of 1280 bytes get as far as hop 3",
    ]);
  });

  labTest(`${family}: documents`, async () => {
    await using lab = await createPath({ mtus: MTUS });
    await using reflector = await reflect(lab, "--json");
    const to = lab.host("h2")[address];
    const commands = [["kernel"], ["discover"], ["trace", "--max-hops", "3"]];
    const found: unknown[] = [];
    for (const command of commands) {
      found.push(...documents((await run(lab, ...command, to, "--json")).join("\n")));
    }
    const { stdout } = await reflector.end("SIGINT");
    expect([found, documents(stdout).at(-1)]).toEqual([
      [
        expect.objectContaining({ kind: "kernel", outcome: "too-large" }),
        expect.objectContaining({
          kind: "discovery",
          verdict: "icmp",
          pathMtuBytes: 1280,
          backwardMtuBytes: 1280,
          witnesses: expect.objectContaining({ farEnd: "reflector", doFragmentsArrive: true }),
        }),
        expect.objectContaining({ kind: "trace", end: "reached", largePacketBytes: 1280 }),
      ],
      expect.objectContaining({ kind: "summary", ignoredCount: 0 }),
    ]);
  });
}

/** A trace gives every silent size its time, and a discovery that nothing answers tries again. */
const PATIENCE_MS = 20_000;

describe.concurrent("what takes seconds", () => {
  labTest(
    "a black hole behind the first router: discover says so, trace finds the link",
    async () => {
      await using lab = await createPath({ mtus: MTUS, blackHole: "layer2" });
      await using _reflector = await reflect(lab);
      const to = lab.host("h2").ipv4;
      const [verdict, number] = await run(lab, "discover", to);
      const lines = await run(lab, "trace", to, "--size", "1400");
      expect([verdict, number, lines.at(-1)]).toEqual([
        "Verdict: black-hole: what is too large vanishes, and not even a router knows",
        "Path MTU: 1280 bytes [IPv6 minimum (RFC 8200)]",
        expect.stringMatching(
          /^Packets of 1400 bytes vanish between hop 2 and hop 3: \d+ sent, none answered$/,
        ),
      ]);
    },
    PATIENCE_MS,
  );

  labTest(
    "nothing answers: discover and trace say so, exit 1",
    async () => {
      await using lab = await createPath({ mtus: MTUS });
      const nobody = "10.77.1.99";
      await using discovery = await start(lab.host("h1"), "discover", nobody, "--json");
      await using trace = await start(lab.host("h1"), "trace", nobody, "--max-hops", "2");
      const [{ stdout, ...measured }, traced] = await Promise.all([discovery.end(), trace.end()]);
      expect([documents(stdout), measured, traced]).toEqual([
        [
          expect.objectContaining({ verdict: "not-measurable", pathMtuBytes: null }),
          expect.objectContaining({ kind: "error", code: "MTU_NO_ANSWER" }),
        ],
        expect.objectContaining({
          code: 1,
          stderr: `error: Nothing measurable answered at ${nobody}:1060: best, \`udp-mtu reflector\` runs there\n`,
        }),
        expect.objectContaining({
          code: 1,
          stderr: `error: Nothing answered on the way to ${nobody}:1060\n`,
        }),
      ]);
    },
    PATIENCE_MS,
  );

  labTest(
    "on a terminal the sizes are shown while they are measured, and then no more",
    async () => {
      await using lab = await createPath({ mtus: MTUS, blackHole: "all", link: { delayMs: 100 } });
      await using _reflector = await reflect(lab);
      const { ipv4 } = lab.host("h2");
      const command = lab.host("h1").commandFor([...UDP_MTU, "discover", ipv4]);
      await using terminal = new PseudoTerminal(command);
      for (const shown of ["The way there: probe", "1500  sent", "1500  lost", "1280  confirmed"]) {
        await terminal.shows(shown);
      }
      await terminal.shows("The way back");
      await terminal.shows("Verdict: black-hole");
      expect([await terminal.exitCode, terminal.isAsBefore]).toEqual([0, true]);
    },
    PATIENCE_MS,
  );
});

/** A reflector at host `h2`, for both families. */
async function reflect(lab: Lab, ...argv: string[]) {
  const program = await start(lab.host("h2"), "reflector", "::", ...argv);
  await program.nextLine();
  return program;
}

async function run(lab: Lab, ...argv: string[]): Promise<string[]> {
  const { stdout } = await lab.host("h1").run([...UDP_MTU, ...argv]);
  return stdout.trimEnd().split("\n");
}

function start(host: LabHost, ...argv: string[]) {
  return host.spawn([...UDP_MTU, ...argv]);
}
