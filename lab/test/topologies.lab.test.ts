import { describe, expect } from "bun:test";
import type { BlackHole, Lab, LabHost } from "../src/index.ts";
import {
  createDiamond,
  createLan,
  createMultihomed,
  createNat,
  createPair,
  createPath,
} from "../src/index.ts";
import { captureTest, labTest } from "../src/testing/index.ts";

labTest("pair: the two hosts reach each other", async () => {
  await using pair = await createPair();
  expect(await unreachable(pair, ["a", "b"])).toEqual([]);
});

describe("LAN", () => {
  labTest("every host reaches every other", async () => {
    await using lan = await createLan({ hosts: 4 });
    expect(await unreachable(lan, ["h1", "h2", "h3", "h4"])).toEqual([]);
  });

  labTest("broadcasts and groups reach every host", async () => {
    await using lan = await createLan({ hosts: 3 });
    for (const name of ["h2", "h3"]) await answerBroadcasts(lan.host(name));
    const sender = lan.host("h1");
    const broadcast = ["ping", "-b", "-n", "-w1"];
    const [limited, directed, group] = await Promise.all([
      answerersOf(sender, [...broadcast, "255.255.255.255"]),
      answerersOf(sender, [...broadcast, "10.77.0.255"]),
      answerersOf(sender, ["ping", "-n", "-w1", "ff02::1%e0"]),
    ]);
    expect({ limited, directed }).toEqual({
      limited: ["10.77.0.2", "10.77.0.3"],
      directed: ["10.77.0.2", "10.77.0.3"],
    });
    expect(group).toHaveLength(3); // a host hears its own groups
  });

  labTest("jumbo frames pass, but not by the one small port, and nobody says so", async () => {
    await using lan = await createLan({ hosts: 3, mtuBytes: 9000, lastPortMtuBytes: 1500 });
    const sender = lan.host("h1");
    const passes = {
      jumbo: await passesWhole(sender, lan.host("h2").ipv4, 9000),
      smallPort: await passesWhole(sender, lan.host("h3").ipv4, 1500),
      smallPortJumbo: await passesWhole(sender, lan.host("h3").ipv4, 1505),
    };
    expect(passes).toEqual({ jumbo: true, smallPort: true, smallPortJumbo: false });
    expect(await learnedMtu(sender, lan.host("h3").ipv4)).toBeUndefined();
  });
});

describe("path", () => {
  const mtus = [1500, 1400, 1280];

  labTest("every node reaches every other", async () => {
    await using path = await createPath({ mtus });
    expect(await unreachable(path, ["h1", "r1", "r2", "h2"])).toEqual([]);
  });

  labTest(
    "of 64 hops carries, and routers send as many errors as they are asked for",
    async () => {
      await using path = await createPath({ mtus: new Array(64).fill(1500) });
      await path.host("h1").run(["ping", "-n", "-c1", path.host("h2").ipv4]);
      const flood = await path
        .host("h1")
        .spawn(["ping", "-nqf", "-c3000", "-t1", path.host("h2").ipv4]);
      const { stdout } = await flood.end();
      const limit = "/proc/sys/net/ipv4/icmp_msgs_per_sec";
      const isLimited = (await path.host("r1").spawn(["test", "-e", limit])).end();
      const expected = (await isLimited).code === 0 ? "+3000 errors" : "errors"; // before Linux 6.12
      expect(stdout).toContain(expected);
    },
    20_000,
  );

  labTest("of one hop has no router; of small ones no IPv6", async () => {
    await using path = await createPath({ mtus: [576] });
    expect(path.hosts.map(({ name, addresses }) => [name, addresses])).toEqual([
      ["h1", ["10.77.1.1"]],
      ["h2", ["10.77.1.2"]],
    ]);
    expect(await unreachable(path, ["h1", "h2"])).toEqual([]);
  });

  const LEARNED: readonly [BlackHole | undefined, number | undefined][] = [
    [undefined, 1280],
    ["far", 1400],
    ["all", undefined],
    ["layer2", undefined],
  ];

  for (const [blackHole, mtuBytes] of LEARNED) {
    labTest(`black hole ${blackHole ?? "none"}: 1280 bytes pass, and a host is told`, async () => {
      await using path = await createPath({ mtus, blackHole });
      const [near, far] = [path.host("h1"), path.host("h2")];
      const passes = await Promise.all([
        passesWhole(near, far.ipv4, 1280),
        passesWhole(near, far.ipv6, 1280),
        passesWhole(near, far.ipv4, 1281),
        passesWhole(near, far.ipv6, 1281),
        passesWhole(far, near.ipv4, 1281),
        passesWhole(far, near.ipv6, 1281),
      ]);
      expect(passes).toEqual([true, true, false, false, false, false]);
      await near.run(["ip", "route", "flush", "cache"]);
      await near.run(["ip", "-6", "route", "flush", "cache"]);
      const learned = [far.ipv4, far.ipv6].map((address) => learnedMtu(near, address));
      expect(await Promise.all(learned)).toEqual([mtuBytes, mtuBytes]);
    });
  }
});

captureTest("NAT: the outside sees the router's address, and cannot begin", async () => {
  await using nat = await createNat({ mappingSeconds: 5 });
  const [inside, outside] = [nat.host("inside"), nat.host("outside")];
  await using capture = await outside.capture("icmp");
  expect(await unreachable(nat, ["inside"], ["nat", "outside"])).toEqual([]);
  expect(await unreachable(nat, ["outside"], ["inside"])).toEqual(["outside → 10.77.1.1"]);
  const sources = (await capture.stop()).map(({ frame }) => frame.subarray(26, 30).join("."));
  expect(new Set(sources)).toEqual(new Set(["10.77.2.1", "10.77.2.2"]));
  const setting = "/proc/sys/net/netfilter/nf_conntrack_udp_timeout";
  expect((await nat.host("nat").run(["cat", setting])).stdout).toBe("5\n");
  expect(inside.addresses).toEqual(["10.77.1.1"]);
});

labTest("diamond: the ports of a flow choose its way", async () => {
  await using diamond = await createDiamond();
  const source = diamond.host("source");
  const { ipv4, ipv6 } = diamond.host("destination");
  await source.run(["ping", "-n", "-c1", ipv4]);
  await source.run(["ping", "-n", "-c1", ipv6]);
  const ways = [await gatewaysOf(source, ipv4), await gatewaysOf(source, ipv6)];
  expect(ways.map((gateways) => gateways.length)).toEqual([32, 32]);
  expect(ways.map((gateways) => new Set(gateways).size)).toEqual([3, 3]);
});

/** By which routers 32 flows go, each from a port of its own. */
async function gatewaysOf(host: LabHost, address: string): Promise<string[]> {
  const queries = Array.from(
    { length: 32 },
    (_, index) => `route get ${address} ipproto udp sport ${4001 + index} dport 1060`,
  );
  const script = 'printf "%s\\n" "$@" | ip -batch -';
  const { stdout } = await host.run(["sh", "-c", script, "sh", ...queries]);
  return [...stdout.matchAll(/via (\S+)/g)].map(([, gateway = ""]) => gateway);
}

labTest("multihomed: the client reaches every address of the server", async () => {
  await using lab = await createMultihomed();
  expect(lab.host("server").addresses).toEqual([
    "10.77.1.10",
    "10.77.1.11",
    "fd77:1::10",
    "fd77:1::11",
    "10.77.2.10",
    "fd77:2::10",
  ]);
  expect(await unreachable(lab, ["client"], ["server"])).toEqual([]);
});

/** From which of the hosts to which addresses of the others nothing comes back. */
async function unreachable(lab: Lab, from: string[], to: string[] = from): Promise<string[]> {
  const attempts = from.flatMap((name) =>
    to
      .filter((other) => other !== name)
      .flatMap((other) => lab.host(other).addresses)
      .map(async (address) => {
        const ping = await lab.host(name).spawn(["ping", "-n", "-c1", "-W1", address]);
        return (await ping.end()).code === 0 ? [] : [`${name} → ${address}`];
      }),
  );
  return (await Promise.all(attempts)).flat();
}

async function answerBroadcasts(host: LabHost): Promise<void> {
  const setting = "/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts";
  await host.run(["sh", "-c", `echo 0 >${setting}`]);
}

/** Who answers a ping to everyone, within a second. */
async function answerersOf(host: LabHost, ping: readonly string[]): Promise<string[]> {
  const { stdout } = await (await host.spawn(ping)).end();
  const answers = stdout.matchAll(/bytes from (\S+?):? /g);
  return [...new Set([...answers].map(([, address = ""]) => address))].sort();
}

/** Whether a packet of that length, not to be fragmented, comes back. */
async function passesWhole(
  host: LabHost,
  address: string,
  packetBytes: number,
  waitSeconds = 1,
): Promise<boolean> {
  const headerBytes = address.includes(":") ? 48 : 28;
  const size = String(packetBytes - headerBytes);
  const wait = `-W${waitSeconds}`;
  const ping = await host.spawn(["ping", "-n", "-c1", wait, "-M", "do", "-s", size, address]);
  return (await ping.end()).code === 0;
}

/** What the host takes for the path MTU once it has sent full packets, if it was told one. */
async function learnedMtu(host: LabHost, address: string): Promise<number | undefined> {
  for (const packetBytes of [1500, 1400]) await passesWhole(host, address, packetBytes, 0.3);
  const { stdout } = await host.run(["ip", "route", "get", address]);
  const [, mtuBytes] = / mtu (\d+)/.exec(stdout) ?? [];
  return mtuBytes === undefined ? undefined : Number(mtuBytes);
}
