import { describe, expect } from "bun:test";
import type { Lab, LabHost } from "../src/index.ts";
import { createPath } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";
import type { Order, Report, ShownError } from "./message-socket/order.ts";

const RECEIVER = Bun.fileURLToPath(import.meta.resolve("./message-socket/receiver.ts"));
const SENDER = Bun.fileURLToPath(import.meta.resolve("./message-socket/sender.ts"));

const PORT = 1060;

/** What an error of the network is in one family. */
interface Icmp {
  readonly kind: "icmp" | "icmp6";
  readonly name: string;
  readonly type: number;
  readonly code: number;
}

interface Family {
  readonly family: 4 | 6;
  readonly headerBytes: number;
  readonly network: (hop: number) => string;
  readonly tooBig: Icmp;
  readonly timeExceeded: Icmp;
  readonly portUnreachable: Icmp;
  readonly noRoute: Icmp;
  readonly prohibited: Icmp;
}

const FAMILIES: readonly Family[] = [
  {
    family: 4,
    headerBytes: 28,
    network: (hop) => `10.77.${hop}.`,
    tooBig: { kind: "icmp", name: "EMSGSIZE", type: 3, code: 4 },
    timeExceeded: { kind: "icmp", name: "EHOSTUNREACH", type: 11, code: 0 },
    portUnreachable: { kind: "icmp", name: "ECONNREFUSED", type: 3, code: 3 },
    noRoute: { kind: "icmp", name: "ENETUNREACH", type: 3, code: 0 },
    prohibited: { kind: "icmp", name: "EHOSTUNREACH", type: 3, code: 13 },
  },
  {
    family: 6,
    headerBytes: 48,
    network: (hop) => `fd77:${hop}::`,
    tooBig: { kind: "icmp6", name: "EMSGSIZE", type: 2, code: 0 },
    timeExceeded: { kind: "icmp6", name: "EHOSTUNREACH", type: 3, code: 0 },
    portUnreachable: { kind: "icmp6", name: "ECONNREFUSED", type: 1, code: 4 },
    noRoute: { kind: "icmp6", name: "ENETUNREACH", type: 1, code: 0 },
    prohibited: { kind: "icmp6", name: "EACCES", type: 1, code: 1 },
  },
];

describe.each(FAMILIES)("a message socket of IPv$family", (ip) => {
  const { family, headerBytes, network } = ip;
  const far = { address: `${network(3)}2`, port: PORT };
  const order = { family, to: far, mode: "probe" } as const;
  const payloadOf = (packetBytes: number) => ({ payloadBytes: packetBytes - headerBytes });

  labTest("hears how far a datagram came, where to and at which interface", async () => {
    await using lab = await createPath({ mtus: [1500, 1500, 1500] });
    await using receiver = await lab.host("h2").spawn([process.execPath, RECEIVER, `${family}`]);
    const to = { ...far, port: Number(await receiver.nextLine()) };
    const datagrams = [{ payloadBytes: 8, hopLimit: 9, isAnswered: false }];
    await send(lab, { ...order, to, datagrams });
    expect(JSON.parse(await receiver.nextLine())).toEqual({
      payload: expect.stringMatching(/^[0-9a-f]{16}$/),
      from: { address: `${network(1)}1`, port: expect.any(Number) },
      hopLimit: 7,
      trafficClass: 0,
      destination: far.address,
      interfaceIndex: await indexOf(lab.host("h2"), "e0"),
    });
  });

  labTest("hears from which hop a datagram did not go on", async () => {
    await using lab = await createPath({ mtus: [1500, 1500, 1500] });
    const hopLimits = [1, 2, 3];
    const datagrams = hopLimits.map((hopLimit) => ({ payloadBytes: 100, hopLimit }));
    const { sent } = await send(lab, { ...order, datagrams });
    const [r1, r2] = [`${network(1)}2`, `${network(2)}2`];
    expect(sent.map(({ errors }) => errors)).toEqual([
      [networkError(ip.timeExceeded, r1, far, 100)],
      [networkError(ip.timeExceeded, r2, far, 100)],
      [networkError(ip.portUnreachable, far.address, far, 100)],
    ]);
  });

  labTest("hears which routers found a datagram too large, and what they carry", async () => {
    await using lab = await createPath({ mtus: [1500, 1400, 1280] });
    const datagrams = [1500, 1400, 1280].map(payloadOf);
    const { sent, kernelPathMtuBytes } = await send(lab, { ...order, datagrams });
    const tooBig = (offender: string, mtuBytes: number) => ({
      ...networkError(ip.tooBig, offender, far, expect.any(Number)),
      mtuBytes,
    });
    expect({ errors: sent.map(({ errors }) => errors), kernelPathMtuBytes }).toEqual({
      errors: [
        [tooBig(`${network(1)}2`, 1400)],
        [tooBig(`${network(2)}2`, 1280)],
        [networkError(ip.portUnreachable, far.address, far, expect.any(Number))],
      ],
      kernelPathMtuBytes: [1500, 1400, 1280, 1280],
    });
    const quotedBytes = sent.flatMap(({ errors }) => errors.map((error) => error.quotedBytes));
    expect(Math.min(...quotedBytes)).toBeGreaterThanOrEqual(8);
  });

  labTest("probes again after the kernel has learned of a smaller MTU", async () => {
    await using lab = await createPath({ mtus: [1500, 1400] });
    const to = { address: `${network(2)}2`, port: PORT };
    const datagrams = [payloadOf(1500), payloadOf(1500)];
    const { sent } = await send(lab, { ...order, to, datagrams });
    expect(sent.map(({ outcome, errors }) => [outcome, ...kindsOf(errors)])).toEqual([
      ["sent", `${ip.tooBig.kind} EMSGSIZE 1400`],
      ["sent", `${ip.tooBig.kind} EMSGSIZE 1400`],
    ]);
  });

  labTest("with `do` leaves that to the kernel, which sends it once", async () => {
    await using lab = await createPath({ mtus: [1500, 1400] });
    const to = { address: `${network(2)}2`, port: PORT };
    const datagrams = [payloadOf(1500), payloadOf(1401), payloadOf(1400)];
    const { sent } = await send(lab, { ...order, to, mode: "do", datagrams });
    expect(sent.map(({ outcome, errors }) => [outcome, ...kindsOf(errors)])).toEqual([
      ["sent", `${ip.tooBig.kind} EMSGSIZE 1400`],
      ["too-large", "local EMSGSIZE 1400", "local EMSGSIZE 1400"],
      ["sent", `${ip.portUnreachable.kind} ECONNREFUSED undefined`],
    ]);
  });

  labTest("with `dont` lets routers or the kernel cut what is too large", async () => {
    await using lab = await createPath({ mtus: [1500, 1400] });
    await using receiver = await lab.host("h2").spawn([process.execPath, RECEIVER, `${family}`]);
    const to = { address: `${network(2)}2`, port: Number(await receiver.nextLine()) };
    // Routers cut no IPv6: the first one only makes the kernel learn to.
    const datagrams = [
      { ...payloadOf(1500), isAnswered: family === 6 },
      { ...payloadOf(1500), isAnswered: false },
    ];
    await send(lab, { ...order, to, mode: "dont", datagrams });
    const { payload } = JSON.parse(await receiver.nextLine());
    expect(payload.length / 2).toBe(1500 - headerBytes);
  });

  labTest("hears what its own interface does not take", async () => {
    await using lab = await createPath({ mtus: [1400, 1500] });
    const to = { address: `${network(2)}2`, port: PORT };
    const datagrams = [payloadOf(1401), payloadOf(1400)];
    const { sent } = await send(lab, { ...order, to, datagrams });
    expect(sent.map(({ outcome, errors }) => [outcome, ...kindsOf(errors)])).toEqual([
      ["too-large", "local EMSGSIZE 1400", "local EMSGSIZE 1400"],
      ["sent", `${ip.portUnreachable.kind} ECONNREFUSED undefined`],
    ]);
  });

  labTest("hears that a router knows no way, or must not tell one", async () => {
    await using lab = await createPath({ mtus: [1500, 1500, 1500] });
    const datagrams = [{ payloadBytes: 100 }];
    const nowhere = { address: `${network(9)}9`, port: PORT };
    const noRoute = await send(lab, { ...order, to: nowhere, datagrams });
    await forbid(lab.host("r2"), family);
    const prohibited = await send(lab, { ...order, datagrams });
    expect([noRoute, prohibited].map(({ sent }) => sent[0]?.errors)).toEqual([
      [networkError(ip.noRoute, `${network(1)}2`, nowhere, 100)],
      [networkError(ip.prohibited, `${network(2)}2`, far, 100)],
    ]);
  });
});

labTest("a message socket knows link-local addresses with their interfaces", async () => {
  await using lab = await createPath({ mtus: [1500] });
  await lab.host("h2").run(["ip", "address", "add", "fe80::2/64", "dev", "e0", "nodad"]);
  await using receiver = await lab.host("h2").spawn([process.execPath, RECEIVER, "6"]);
  const open = { address: "fe80::2%e0", port: Number(await receiver.nextLine()) };
  const order = { family: 6, mode: "probe" } as const;
  await send(lab, { ...order, to: open, datagrams: [{ payloadBytes: 8, isAnswered: false }] });
  const received = JSON.parse(await receiver.nextLine());
  const closed = { address: "fe80::2%e0", port: PORT };
  const { sent } = await send(lab, { ...order, to: closed, datagrams: [{ payloadBytes: 8 }] });
  const portUnreachable = { kind: "icmp6", name: "ECONNREFUSED", type: 1, code: 4 } as const;
  expect({ received, errors: sent[0]?.errors }).toEqual({
    received: expect.objectContaining({
      from: { address: expect.stringMatching(/^fe80::.*%e0$/), port: expect.any(Number) },
      destination: "fe80::2%e0",
    }),
    errors: [networkError(portUnreachable, "fe80::2%e0", closed, 8)],
  });
});

async function send(lab: Lab, order: Order): Promise<Report> {
  const argv = [process.execPath, SENDER, JSON.stringify(order)];
  const { stdout } = await lab.host("h1").run(argv);
  return JSON.parse(stdout);
}

function networkError(
  icmp: Icmp,
  offender: string,
  destination: Order["to"],
  quotedBytes: number,
): ShownError {
  return { ...icmp, offender, destination, quotedBytes } as ShownError;
}

/** Who found what, and how much goes on from there. */
function kindsOf(errors: readonly ShownError[]): string[] {
  return errors.map(({ kind, name, mtuBytes }) => `${kind} ${name} ${mtuBytes}`);
}

async function indexOf(host: LabHost, interfaceName: string): Promise<number> {
  const { stdout } = await host.run(["ip", "-j", "link", "show", interfaceName]);
  return JSON.parse(stdout)[0].ifindex;
}

/** Lets a router say of every UDP datagram that it must not pass. */
async function forbid(router: LabHost, family: 4 | 6): Promise<void> {
  const type = family === 4 ? "icmp" : "icmpv6";
  await router.run(["nft", "add table inet no_udp"]);
  await router.run([
    "nft",
    "add chain inet no_udp passing { type filter hook forward priority 0; }",
  ]);
  await router.run([
    "nft",
    `add rule inet no_udp passing meta l4proto udp reject with ${type} type admin-prohibited`,
  ]);
}
