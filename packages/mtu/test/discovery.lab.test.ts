import { describe, expect } from "bun:test";
import type { Lab, PathOptions } from "@udp/lab";
import { createDiamond, createNat, createPath } from "@udp/lab";
import { captureTest, labTest } from "@udp/lab/testing";
import type { Found } from "./discovery/in-lab.ts";
import {
  addChain,
  addRules,
  discover,
  discoverAsNobody,
  discoverInBothFamilies,
  lie,
  reflect,
} from "./discovery/in-lab.ts";

const TIMEOUT_MS = 60_000;

interface Case extends PathOptions {
  readonly pathMtuBytes: number;
  readonly verdict: string;
  /** In IPv4 and in IPv6; default: none. */
  readonly blackHoles?: readonly [string, string];
}

const NARROW = [1500, 1400, 1280];
const BURSTS = { lossRatio: 0.1, delayMs: 5, jitterMs: 2 };
const HEAVY = { lossRatio: 0.3, delayMs: 5, jitterMs: 2, reorderRatio: 0.05, duplicateRatio: 0.05 };

const CASES: Readonly<Record<string, Case>> = {
  "1500/1400/1280": { mtus: NARROW, pathMtuBytes: 1280, verdict: "icmp" },
  "9000/1500/1400": { mtus: [9000, 1500, 1400], pathMtuBytes: 1400, verdict: "icmp" },
  "1280 all along": { mtus: [1280, 1280, 1280], pathMtuBytes: 1280, verdict: "clean" },
  "1500 all along": { mtus: [1500, 1500, 1500], pathMtuBytes: 1500, verdict: "clean" },
  "an odd size": { mtus: [1500, 1437, 1500], pathMtuBytes: 1437, verdict: "icmp" },
  "10 % loss": { mtus: NARROW, link: BURSTS, pathMtuBytes: 1280, verdict: "icmp" },
  "black hole, all": {
    mtus: NARROW,
    blackHole: "all",
    pathMtuBytes: 1280,
    verdict: "black-hole",
    blackHoles: ["all", "unknown"],
  },
  "black hole, far": {
    mtus: NARROW,
    blackHole: "far",
    pathMtuBytes: 1280,
    verdict: "black-hole",
    blackHoles: ["far", "far"],
  },
  "black hole, layer 2": {
    mtus: NARROW,
    blackHole: "layer2",
    pathMtuBytes: 1280,
    verdict: "black-hole",
    blackHoles: ["layer2", "unknown"],
  },
  "black hole, 30 % loss": {
    mtus: NARROW,
    blackHole: "all",
    link: HEAVY,
    pathMtuBytes: 1280,
    verdict: "black-hole",
    blackHoles: ["all", "unknown"],
  },
};

describe.concurrent("the way to a reflector", () => {
  for (const [name, { pathMtuBytes, verdict, blackHoles, ...options }] of Object.entries(CASES)) {
    labTest(
      name,
      async () => {
        await using path = await createPath(options);
        await using _reflector = await reflect(path, "h2");
        const found = await discoverInBothFamilies(path);
        const expected = {
          pathMtuBytes,
          backwardMtuBytes: pathMtuBytes,
          isExact: true,
          isBackwardExact: true,
          farEnd: "reflector",
          verdict,
        };
        expect(found).toMatchObject([expected, expected]);
        const [inIpv4, inIpv6] = blackHoles ?? [];
        expect(found.map(({ blackHole }) => blackHole)).toEqual([inIpv4, inIpv6]);
      },
      TIMEOUT_MS,
    );
  }

  labTest("asymmetric: what only one way loses", async () => {
    await using path = await createPath({ mtus: [1500, 1500, 1500] });
    await addRules(path, "r1", "iifname e1 meta length > 1300 drop");
    await using _reflector = await reflect(path, "h2");
    const expected = {
      pathMtuBytes: 1500,
      backwardMtuBytes: 1300,
      isExact: true,
      isBackwardExact: true,
      verdict: "asymmetric",
    };
    expect(await discoverInBothFamilies(path)).toMatchObject([expected, expected]);
  });

  labTest("fragments dropped", async () => {
    await using path = await createPath({ mtus: [1500, 1500, 1500] });
    await addRules(path, "r1", "ip frag-off & 0x3fff != 0 drop", "exthdr frag exists drop");
    await using _reflector = await reflect(path, "h2");
    const expected = { pathMtuBytes: 1500, verdict: "fragments-dropped", doFragmentsArrive: false };
    expect(await discoverInBothFamilies(path)).toMatchObject([expected, expected]);
  });

  for (const [ptbLie, claimBytes] of [
    ["too-small", 1300],
    ["too-large", 1500],
    ["below-minimum", 40],
  ] as const) {
    labTest(`a router that lies: ${ptbLie}`, async () => {
      await using path = await createPath({ mtus: [1500, 1450, 1500] });
      await using _reflector = await reflect(path, "h2");
      await using _lie = await lie(path, "r1", { longerThanBytes: 1400, claimBytes });
      const expected = { pathMtuBytes: 1450, isExact: true, verdict: "ptb-lies", ptbLie };
      expect(await discoverInBothFamilies(path)).toMatchObject([expected, expected]);
    });
  }

  labTest("behind routers that say little, as Linux does by itself", async () => {
    await using path = await createPath({ mtus: NARROW });
    const limits = ["net/ipv4/icmp_ratelimit", "net/ipv6/icmp/ratelimit"];
    const script = limits.map((name) => `echo 1000 >/proc/sys/${name}`).join("\n");
    for (const name of ["r1", "r2"]) await path.host(name).run(["sh", "-ec", script]);
    await using _reflector = await reflect(path, "h2");
    const expected = { pathMtuBytes: 1280, backwardMtuBytes: 1280, isExact: true, verdict: "icmp" };
    expect(await discoverInBothFamilies(path)).toMatchObject([expected, expected]);
  });

  labTest("through NAT", async () => {
    await using nat = await createNat();
    await using _reflector = await reflect(nat, "outside");
    const found = await discover(nat, "inside", nat.host("outside").ipv4);
    expect(found).toMatchObject({ pathMtuBytes: 1500, isExact: true, verdict: "clean" });
  });

  labTest("on one of several ways", async () => {
    await using diamond = await createDiamond({ mtus: [1400, 1400, 1400] });
    await using _reflector = await reflect(diamond, "destination");
    const found = await discover(diamond, "source", diamond.host("destination").ipv6);
    expect(found).toMatchObject({ pathMtuBytes: 1400, isExact: true, verdict: "icmp" });
  });

  // The first Packet Too Big may move the flow to another way, whose router is no liar for that.
  labTest("on one of several ways of different sizes", async () => {
    const ways = [1500, 1400, 1280];
    await using diamond = await createDiamond({ mtus: ways });
    await using _reflector = await reflect(diamond, "destination");
    const { ipv4, ipv6 } = diamond.host("destination");
    for (const address of [ipv4, ipv6, ipv4, ipv6]) {
      const { verdict, pathMtuBytes } = await discover(diamond, "source", address);
      expect(ways).toContain(pathMtuBytes ?? 0);
      expect(["clean", "icmp", "asymmetric", "black-hole"]).toContain(verdict);
    }
  });

  labTest(
    "the way back carries nothing large at all",
    async () => {
      await using path = await createPath({ mtus: [1500, 1500, 1500] });
      await addRules(path, "r1", "iifname e1 meta length > 900 drop");
      await using _reflector = await reflect(path, "h2");
      expect(await discoverInBothFamilies(path)).toMatchObject([
        { verdict: "asymmetric", pathMtuBytes: 1500, backwardMtuBytes: 900 },
        { verdict: "asymmetric", pathMtuBytes: 1500 },
      ]);
    },
    TIMEOUT_MS,
  );

  captureTest("to a user without any right", async () => {
    await using path = await createPath({ mtus: NARROW });
    await using _reflector = await reflect(path, "h2");
    const found = await discoverAsNobody(path, path.host("h2").ipv4);
    expect(found).toMatchObject({ pathMtuBytes: 1280, isExact: true, verdict: "icmp" });
  });
});

describe.concurrent("what takes seconds", () => {
  labTest(
    "a router that forbids it is named",
    async () => {
      await using path = await createPath({ mtus: [1500, 1500, 1500] });
      await addChain(path, "r1", "forward priority 0", [
        "udp dport 1060 reject with icmpx admin-prohibited",
      ]);
      await using _reflector = await reflect(path, "h2");
      const obstacle = (from: string, type: number, code: number) => ({
        verdict: "not-measurable",
        obstacles: [expect.objectContaining({ from, icmp: { type, code } })],
      });
      expect(await discoverInBothFamilies(path)).toMatchObject([
        obstacle("10.77.1.2", 3, 13),
        obstacle("fd77:1::2", 1, 1),
      ]);
    },
    TIMEOUT_MS,
  );

  labTest(
    "small links, one probe at a time, a closed port, and nobody",
    async () => {
      const found = await Promise.all([
        onPath({ mtus: [1500, 68, 576] }, async (path) => {
          await using _reflector = await reflect(path, "h2");
          return await discover(path, "h1", path.host("h2").ipv4);
        }),
        onPath({ mtus: NARROW }, async (path) => {
          await using _reflector = await reflect(path, "h2");
          return await discover(path, "h1", path.host("h2").ipv4, "sequential");
        }),
        onPath({ mtus: [1500, 1437, 1500] }, async (path) => {
          await using _reflector = await reflect(path, "h2");
          return await discover(path, "h1", path.host("h2").ipv4, "sequential");
        }),
        onPath({ mtus: NARROW }, (path) => discover(path, "h1", path.host("h2").ipv4)),
        onPath({ mtus: [1500, 1500] }, async (path) => {
          await addRules(path, "h2", "meta l4proto udp drop");
          return await discover(path, "h1", path.host("h2").ipv4);
        }),
      ]);
      expect(found).toMatchObject([
        { pathMtuBytes: 68, isExact: true, farEnd: "reflector", verdict: "icmp" },
        { pathMtuBytes: 1280, farEnd: "reflector", verdict: "icmp" },
        { pathMtuBytes: 1437, farEnd: "reflector", verdict: "icmp" },
        { pathMtuBytes: 1280, farEnd: "closed-port", verdict: "icmp" },
        { isExact: false, verdict: "not-measurable" },
      ]);
    },
    TIMEOUT_MS,
  );
});

async function onPath(
  options: PathOptions,
  measure: (path: Lab) => Promise<Found>,
): Promise<Found> {
  await using path = await createPath(options);
  return await measure(path);
}
