/** Networks that look as if a verdict held, and it does not: what each is instead. */
import { describe, expect } from "bun:test";
import type { Lab, PathOptions } from "@udp/lab";
import { createPath } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import type { BlackHoleKind, PtbLie, Verdict } from "../src/verdict.ts";
import type { Found } from "./discovery/in-lab.ts";
import {
  addChain,
  addRules,
  discoverInBothFamilies,
  echo,
  lie,
  reflect,
} from "./discovery/in-lab.ts";

/** A verdict, with its kind where it has kinds. */
type Shown =
  | Exclude<Verdict, "black-hole" | "ptb-lies">
  | `black-hole: ${BlackHoleKind}`
  | `ptb-lies: ${PtbLie}`;

interface NearMiss {
  readonly path: PathOptions;
  /** What the path has besides. */
  readonly change?: (path: Lab) => Promise<unknown>;
  /** At `h2`; default: a reflector. */
  readonly farEnd?: (path: Lab) => Promise<AsyncDisposable>;
  /** In both families, or in IPv4 and in IPv6. */
  readonly shows: Shown | readonly [Shown, Shown];
  readonly pathMtuBytes: number;
}

/** Three lost round trips in a row, a missing cookie and a fragment that is lost again take seconds. */
const TIMEOUT_MS = 30_000;

const STRANGER = { longerThanBytes: 1400, claimBytes: 1300 };
const NO_FRAGMENTS_BACK = [
  "iifname e1 ip frag-off & 0x3fff != 0 drop",
  "iifname e1 exthdr frag exists drop",
];
const NO_ICMP = ["meta l4proto { icmp, icmpv6 } drop"];
const REASSEMBLY = ["ct state invalid drop"];

const FLAT = { mtus: [1500, 1500, 1500] };
const NARROW = { mtus: [1500, 1400, 1280] };
const WAIST = { mtus: [1500, 1280, 1500] };
const CLEAN = { shows: "clean", pathMtuBytes: 1500 } as const;
const ICMP = { shows: "icmp", pathMtuBytes: 1280 } as const;

/** Under the verdict that must not be shown. `unknown` claims nothing that could be wrong. */
const NEAR_MISSES: Readonly<
  Record<Exclude<Shown, "black-hole: unknown">, Readonly<Record<string, NearMiss>>>
> = {
  clean: {
    "one byte too narrow, and nobody says so": {
      path: { mtus: [1500, 1499, 1500], blackHole: "layer2" },
      shows: ["black-hole: layer2", "black-hole: unknown"],
      pathMtuBytes: 1499,
    },
  },
  icmp: {
    "a router said it a moment ago, and its link has grown": {
      path: WAIST,
      change: hearAndWiden,
      ...CLEAN,
    },
  },
  "black-hole: all": {
    "silent routers, and nothing is narrower": { path: { ...FLAT, blackHole: "all" }, ...CLEAN },
    "routers that speak once a second": { path: NARROW, change: speakSeldom, ...ICMP },
    "30 % loss, of what the routers say too": {
      path: { ...NARROW, link: { lossRatio: 0.3, seed: 2 } },
      ...ICMP,
    },
  },
  "black-hole: far": {
    "each router knows of a narrower link than the one before": {
      path: { mtus: [1500, 1492, 1480, 1400, 1280] },
      ...ICMP,
    },
  },
  "black-hole: layer2": {
    "a silent router that cuts what may be cut": {
      path: { ...WAIST, blackHole: "all" },
      shows: ["black-hole: all", "black-hole: unknown"],
      pathMtuBytes: 1280,
    },
    "an echo server, whose echoes are cut again": {
      path: { ...WAIST, blackHole: "all" },
      farEnd: (path) => echo(path, "h2"),
      shows: "black-hole: unknown",
      pathMtuBytes: 1280,
    },
    "an echo server that reads 1024 bytes": {
      path: FLAT,
      farEnd: (path) => echo(path, "h2", 1024),
      ...CLEAN,
    },
  },
  "ptb-lies: too-small": {
    "a stranger claims 1300 bytes, with another nonce": {
      path: FLAT,
      change: (path) => lie(path, "r1", { ...STRANGER, wrong: "nonce" }),
      ...CLEAN,
    },
    "a stranger claims 1300 bytes, of another port": {
      path: FLAT,
      change: (path) => lie(path, "r1", { ...STRANGER, wrong: "port" }),
      ...CLEAN,
    },
  },
  "ptb-lies: too-large": {
    "a router refuses 1500 bytes and claims 1499": {
      path: { mtus: [1500, 1499, 1500] },
      shows: "icmp",
      pathMtuBytes: 1499,
    },
  },
  "ptb-lies: below-minimum": {
    "the least that IPv6 allows": { path: WAIST, ...ICMP },
    "a router of before RFC 1191, which gives no number, before one that does": {
      path: WAIST,
      change: (path) => lie(path, "r1", { longerThanBytes: 1280, claimBytes: 0 }),
      ...ICMP,
    },
  },
  "fragments-dropped": {
    "a firewall that puts fragments together, and drops what it cannot": {
      path: FLAT,
      change: (path) => addChain(path, "r1", "forward priority 0", REASSEMBLY),
      ...CLEAN,
    },
    "fragments are dropped on the way back alone": {
      path: FLAT,
      change: (path) => addRules(path, "r1", ...NO_FRAGMENTS_BACK),
      ...CLEAN,
    },
    "30 % loss, each fragment by itself": {
      path: { ...FLAT, link: { lossRatio: 0.3, seed: 4 } },
      ...CLEAN,
    },
  },
  asymmetric: {
    "an echo server, which shows the narrower way alone": {
      path: FLAT,
      change: (path) => addRules(path, "r1", "iifname e1 meta length > 1300 drop"),
      farEnd: (path) => echo(path, "h2"),
      shows: "black-hole: unknown",
      pathMtuBytes: 1300,
    },
    "30 % loss on one way, whatever the size": {
      path: { ...FLAT, link: { backward: { lossRatio: 0.3 }, seed: 3 } },
      ...CLEAN,
    },
  },
  "not-measurable": {
    "nothing at the far end but an echo server": {
      path: FLAT,
      farEnd: (path) => echo(path, "h2"),
      ...CLEAN,
    },
    "no ICMP passes at all": {
      path: FLAT,
      change: (path) => addChain(path, "r1", "forward priority 0", NO_ICMP),
      ...CLEAN,
    },
  },
};

for (const [verdict, misses] of Object.entries(NEAR_MISSES)) {
  describe.concurrent(`not ${verdict}`, () => {
    for (const [name, miss] of Object.entries(misses)) {
      labTest(name, () => expectShown(miss), TIMEOUT_MS);
    }
  });
}

async function expectShown({ path: options, change, farEnd, shows, pathMtuBytes }: NearMiss) {
  await using path = await createPath(options);
  await change?.(path);
  await using _farEnd = await (farEnd?.(path) ?? reflect(path, "h2"));
  const found = await discoverInBothFamilies(path);
  const [inIpv4, inIpv6] = typeof shows === "string" ? [shows, shows] : shows;
  expect(found.map((one) => [shownOf(one), one.pathMtuBytes])).toEqual([
    [inIpv4, pathMtuBytes],
    [inIpv6, pathMtuBytes],
  ]);
}

function shownOf({ verdict, blackHole, ptbLie }: Found): string {
  const kind = verdict === "black-hole" ? blackHole : verdict === "ptb-lies" ? ptbLie : undefined;
  return kind === undefined ? verdict : `${verdict}: ${kind}`;
}

/** The kernel of `h1` hears that 1280 bytes are the most; then the link carries 1500. */
async function hearAndWiden(path: Lab): Promise<void> {
  const { ipv4, ipv6 } = path.host("h2");
  for (const address of [ipv4, ipv6]) {
    const ping = ["ping", "-c", "1", "-M", "do", "-s", "1400", address];
    await using refused = await path.host("h1").spawn(ping);
    expect((await refused.end()).stdout).toContain("mtu");
  }
  await path.host("r1").run(["ip", "link", "set", "e1", "mtu", "1500"]);
  await path.host("r2").run(["ip", "link", "set", "e0", "mtu", "1500"]);
}

async function speakSeldom(path: Lab): Promise<void> {
  const rest = "limit rate over 1/second burst 1 packets drop";
  const rules = [`icmp code frag-needed ${rest}`, `icmpv6 type packet-too-big ${rest}`];
  for (const name of ["r1", "r2"]) await addChain(path, name, "output priority 0", rules);
}
