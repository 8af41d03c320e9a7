import { describe, expect, test } from "bun:test";
import { safeParse } from "valibot";
import type { Discovery } from "../discover.ts";
import { documentSchemas } from "../documents.ts";
import type { KernelBelief } from "../kernel-view.ts";
import type { SearchOutcome } from "../search.ts";
import { discoveryDetails, discoveryReport } from "./discovery-rendering.ts";

const BELIEVED: KernelBelief = {
  kernelMtuBytes: 1500,
  origin: "interface",
  interfaceName: "e0",
  interfaceMtuBytes: 1500,
  expiresInMs: undefined,
  ageMs: undefined,
};

const MEASURED_AT = new Date(0);

const WAY: SearchOutcome = {
  pathMtuBytes: 1500,
  isExact: true,
  limitedBy: "maximum",
  refutedBytes: undefined,
  errorProbability: 0,
  probeCount: 5,
  roundTripCount: 1,
  loss: { arrivedCount: 5, lostCount: 0 },
  rttNs: 1_500_000,
  sizes: [
    {
      bytes: 1500,
      sentCount: 5,
      acknowledgedCount: 5,
      awaitedCount: 0,
      refusedCount: 0,
      unsentCount: 0,
    },
  ],
  tooBigReports: [],
};

const NARROW_WAY: SearchOutcome = {
  ...WAY,
  pathMtuBytes: 1280,
  limitedBy: "path",
  refutedBytes: 1281,
  errorProbability: 0.000_08,
  sizes: [
    {
      bytes: 1280,
      sentCount: 5,
      acknowledgedCount: 4,
      awaitedCount: 0,
      refusedCount: 0,
      unsentCount: 0,
    },
    {
      bytes: 1281,
      sentCount: 6,
      acknowledgedCount: 0,
      awaitedCount: 0,
      refusedCount: 1,
      unsentCount: 0,
    },
  ],
};

const CLEAN: Discovery = {
  target: { address: "10.77.3.2", port: 1060 },
  family: 4,
  believed: BELIEVED,
  verdict: "clean",
  blackHole: undefined,
  ptbLie: undefined,
  forward: WAY,
  backward: WAY,
  farEnd: "reflector",
  pathMtuBytes: 1500,
  backwardMtuBytes: 1500,
  interfaceMtuBytes: 1500,
  packetsTooBig: [],
  obstacles: [],
  isBackwardCutShort: false,
  fragmentProbeCount: 0,
  fragmentRoundTripCount: 0,
  doFragmentsArrive: true,
  doRoutersFragment: undefined,
};

const NARROW: Discovery = {
  ...CLEAN,
  verdict: "icmp",
  forward: NARROW_WAY,
  backward: NARROW_WAY,
  pathMtuBytes: 1280,
  backwardMtuBytes: 1280,
  packetsTooBig: [
    { from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1281, count: 2, claim: "plausible" },
    { from: "10.77.1.2", mtuBytes: 1400, quotedBytes: 1480, count: 1, claim: "plausible" },
  ],
};

const SILENT: Discovery = {
  ...CLEAN,
  verdict: "not-measurable",
  forward: {
    ...WAY,
    pathMtuBytes: undefined,
    isExact: false,
    limitedBy: undefined,
    rttNs: undefined,
    sizes: [
      {
        bytes: 1500,
        sentCount: 5,
        acknowledgedCount: 0,
        awaitedCount: 0,
        refusedCount: 0,
        unsentCount: 0,
      },
    ],
  },
  backward: undefined,
  farEnd: undefined,
  pathMtuBytes: undefined,
  backwardMtuBytes: undefined,
  doFragmentsArrive: undefined,
};

function textOf(discovery: Discovery): string[] {
  return discoveryReport(discovery, MEASURED_AT).text().split("\n");
}

function detailsOf(discovery: Discovery): string[] {
  return discoveryDetails(discovery).split("\n");
}

describe("the verdict and how it is known", () => {
  test.each<[Partial<Discovery>, string]>([
    [{}, "clean: nothing on the way is narrower than the interface"],
    [
      { verdict: "black-hole", blackHole: "far" },
      "black-hole: a nearer router says what is too large for it, the narrowest one says nothing",
    ],
    [
      { verdict: "ptb-lies", ptbLie: "too-small" },
      "ptb-lies: a router claims that less passes than what arrived",
    ],
    [{ verdict: "asymmetric", blackHole: "all" }, "asymmetric: the two ways carry different sizes"],
    [
      { verdict: "not-measurable", pathMtuBytes: undefined, farEnd: "closed-port" },
      "not-measurable: the far end answered once and then no more",
    ],
    [
      { verdict: "not-measurable" },
      "not-measurable: so much is lost that what is larger may only be lost too",
    ],
    [
      {
        verdict: "not-measurable",
        pathMtuBytes: undefined,
        farEnd: undefined,
        obstacles: [
          { from: "10.77.1.2", reason: "EHOSTUNREACH", icmp: { type: 3, code: 13 }, count: 4 },
        ],
      },
      "not-measurable: 10.77.1.2, 4 times: administratively prohibited (ICMP 3/13)",
    ],
  ])("%#", (found, line) => {
    expect(textOf({ ...CLEAN, ...found })[0]).toBe(`Verdict: ${line}`);
  });
});

test.each<[Partial<Discovery>, string, string]>([
  [{}, "1500 bytes [Ethernet]", "the reflector at 10.77.3.2:1060, each way by itself"],
  [
    { backward: undefined, backwardMtuBytes: undefined },
    "1500 bytes [Ethernet]",
    "the reflector at 10.77.3.2:1060, the way there alone",
  ],
  [
    { backwardMtuBytes: 1400 },
    "1500 bytes [Ethernet], back 1400 bytes",
    "the reflector at 10.77.3.2:1060, each way by itself",
  ],
  [
    { pathMtuBytes: 1499, farEnd: "echo", backwardMtuBytes: undefined },
    "1499 bytes",
    "the echo server at 10.77.3.2:1060, there and back together: the narrower way, unless the echo was cut",
  ],
  [
    { farEnd: "closed-port", forward: { ...WAY, isExact: false } },
    "at least 1500 bytes [Ethernet]",
    "the closed port 10.77.3.2:1060, the way there alone",
  ],
])("the number, and who answered: %#", (found, number, source) => {
  expect(textOf({ ...CLEAN, ...found }).slice(1)).toEqual([
    `Path MTU: ${number}`,
    `  by ${source}`,
  ]);
});

test("the witnesses, what was believed, what it took, what it means", () => {
  expect(detailsOf(NARROW)).toEqual([
    "  there      1280 bytes arrived, 1281 did not (by chance: 1 in 12,500)",
    "  sizes      1280 4/5, 1281 0/6 (arrived/sent)",
    "  back       1280 bytes arrived, 1281 did not (by chance: 1 in 12,500)",
    "  sizes      1280 4/5, 1281 0/6 (arrived/sent)",
    "  heard      Packet Too Big from 10.77.2.2, 2 times: 1280 bytes at most; the smallest that drew it had 1281",
    "  heard      Packet Too Big from 10.77.1.2, once: 1400 bytes at most; the smallest that drew it had 1480",
    "  fragments  arrive",
    "  believed   1500 bytes, by the kernel from interface e0",
    "  took       10 probes in 2 round trips of 1.50 ms",
    "At most, over this path:",
    "  UDP payload                 1252  less 20 IPv4 + 8 UDP (RFC 768)",
    "  TCP MSS                     1240  less 20 IPv4 + 20 TCP (RFC 9293 section 3.7.1)",
    "  QUIC max_udp_payload_size   1252  the UDP payload, at least 1200 (RFC 9000 sections 14 and 18.2)",
    "  WireGuard MTU               1220  less 20 IPv4 + 8 UDP + 16 header + 16 tag (WireGuard paper, section 5.4.6)",
    "  VXLAN inner MTU             1230  less 20 IPv4 + 8 UDP + 8 VXLAN + 14 Ethernet (RFC 7348 section 5)",
  ]);
});

test("the narrower way decides what the number means", () => {
  const lines = detailsOf({ ...CLEAN, backward: NARROW_WAY, backwardMtuBytes: 1280 });
  expect(lines).toContain("  UDP payload                 1252  less 20 IPv4 + 8 UDP (RFC 768)");
});

test("nothing was measured: nothing is advised", () => {
  expect([textOf(SILENT), detailsOf(SILENT)]).toEqual([
    ["Verdict: not-measurable: nothing answered"],
    [
      "  there      nothing arrived",
      "  sizes      1500 0/5 (arrived/sent)",
      "  believed   1500 bytes, by the kernel from interface e0",
      "  took       5 probes in 1 round trip",
    ],
  ]);
});

test("loss, doubt, fragments that routers make, and a path too narrow for QUIC", () => {
  const forward: SearchOutcome = {
    ...NARROW_WAY,
    pathMtuBytes: 576,
    isExact: false,
    refutedBytes: 577,
    errorProbability: 0.6,
    loss: { arrivedCount: 9, lostCount: 1 },
  };
  const lines = detailsOf({ ...CLEAN, forward, pathMtuBytes: 576, doRoutersFragment: true });
  expect(lines).toEqual(
    expect.arrayContaining([
      "  there      576 bytes arrived, 577 did not (by chance: likely)",
      "  back       1500 bytes arrived, the most that could be asked for",
      "  fragments  arrive, and routers make them",
      "  took       10 probes in 2 round trips of 1.50 ms; of 10 that pass, 1 went unanswered in time",
      expect.stringMatching(/^ {2}QUIC max_udp_payload_size {3}none {2}/),
    ]),
  );
});

test("every document is what its schema says", () => {
  const issues = [CLEAN, NARROW, SILENT].flatMap((discovery) => {
    const document = discoveryReport(discovery, MEASURED_AT).document();
    return safeParse(documentSchemas.discovery, document).issues ?? [];
  });
  expect(issues).toEqual([]);
});

test("the document has what was sent of each size, both ways' cost, and the narrower way's advice", () => {
  expect(discoveryReport(NARROW, MEASURED_AT).document()).toMatchObject({
    measuredAt: "1970-01-01T00:00:00.000Z",
    verdict: "icmp",
    pathMtuBytes: 1280,
    probes: 10,
    roundTrips: 2,
    rttMs: 1.5,
    witnesses: {
      forward: {
        sizes: [
          { bytes: 1280, sent: 5, arrived: 4, refusedHere: 0, unsent: 0 },
          { bytes: 1281, sent: 6, arrived: 0, refusedHere: 1, unsent: 0 },
        ],
      },
      packetsTooBig: [
        { from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1281, count: 2, claim: "plausible" },
        { from: "10.77.1.2", mtuBytes: 1400, quotedBytes: 1480, count: 1, claim: "plausible" },
      ],
    },
    believed: { mtuBytes: 1500, origin: "interface" },
    advice: { "udp-payload": 1252, "quic-max-udp-payload-size": 1252 },
  });
});
