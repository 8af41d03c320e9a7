import { describe, expect } from "bun:test";
import type { LabHost } from "@udp/lab";
import { createLan, Lab } from "@udp/lab";
import { KEY, labTest, PseudoTerminal } from "@udp/lab/testing";
import { ONE_LAN_TWICE } from "./lab-networks.ts";
import { runCheck, startResponder } from "./lab-programs.ts";
import { UDP_BROADCAST } from "./udp-broadcast.ts";

const GROUP = "e0 group 239.255.66.67";
const LIMITED = "e0 limited 255.255.255.255";
const DIRECTED = "e0 directed 10.77.0.255";

/** A check by a host whose settings were changed, with one responder on another host. */
async function checkOnLan(
  change: (host: {
    readonly own: LabHost;
    readonly other: LabHost;
    readonly sw: LabHost;
  }) => unknown,
  { argv = [], joins = 1 }: { readonly argv?: readonly string[]; readonly joins?: number } = {},
): Promise<Readonly<Record<string, string>>> {
  await using lan = await createLan({ hosts: 2 });
  await change({ own: lan.host("h1"), other: lan.host("h2"), sw: lan.host("sw") });
  await startResponder(lan.host("h2"), { joins });
  return await runCheck(lan.host("h1"), argv);
}

describe.concurrent("which ways work", () => {
  labTest("on a LAN where nothing is wrong: all of IPv4, also by the routes", async () => {
    const table = await checkOnLan(() => undefined);
    expect(table).toMatchObject({
      [GROUP]: "yes",
      [LIMITED]: "yes",
      [DIRECTED]: "yes",
      "routes limited 255.255.255.255": "yes",
      "routes group 239.255.66.67": "yes",
      "lo limited 255.255.255.255": "loopback",
    });
  });

  labTest("without a default route: by the routes none, by the interface all", async () => {
    const table = await checkOnLan(({ own }) => own.run(["ip", "route", "del", "default"]));
    expect(table).toMatchObject({
      "routes limited 255.255.255.255": "no-route",
      "routes group 239.255.66.67": "no-route",
      [LIMITED]: "yes",
      [GROUP]: "yes",
    });
  });

  labTest("without SO_BROADCAST: groups alone", async () => {
    const table = await checkOnLan(() => undefined, { argv: ["--without-so-broadcast"] });
    expect(table).toMatchObject({
      [LIMITED]: "so-broadcast",
      [DIRECTED]: "so-broadcast",
      "routes limited 255.255.255.255": "so-broadcast",
      [GROUP]: "yes",
    });
  });

  labTest(
    "of interfaces without broadcast, that lead to one host, are down, or lack what it takes",
    async () => {
      const table = await checkOnLan(async ({ own }) => {
        await own.run(["ip", "tuntap", "add", "dev", "t0", "mode", "tun"]);
        await own.run(["ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"]);
        await own.run(["ip", "link", "set", "v1", "multicast", "off"]);
        await own.run(["ip", "address", "add", "192.0.2.1/32", "dev", "v1"]);
        for (const name of ["t0", "v1"]) await own.run(["ip", "link", "set", name, "up"]);
      });
      expect(table).toMatchObject({
        "t0 limited 255.255.255.255": "no-broadcast",
        "t0 group 239.255.66.67": "point-to-point",
        "v0 limited 255.255.255.255": "down",
        "v1 limited 255.255.255.255": "no-address",
        "v1 group 239.255.66.67": "no-multicast",
        [LIMITED]: "yes",
        [GROUP]: "yes",
      });
    },
  );

  labTest("those who are there have not joined the group", async () => {
    const table = await checkOnLan(
      ({ other }) => other.run(["ip", "link", "set", "e0", "multicast", "off"]),
      { joins: 0 },
    );
    expect(table).toMatchObject({ [GROUP]: "not-joined", [LIMITED]: "yes", [DIRECTED]: "yes" });
  });

  labTest("a switch that drops groups is none of ours to see: they have joined", async () => {
    const table = await checkOnLan(({ sw }) => sw.run(["nft", DROP_GROUPS]));
    expect(table).toMatchObject({ [GROUP]: "unknown", [LIMITED]: "yes", [DIRECTED]: "yes" });
  });

  labTest("a firewall that drops broadcasts is none either", async () => {
    const table = await checkOnLan(({ sw }) => sw.run(["nft", DROP_BROADCASTS]));
    expect(table).toMatchObject({ [GROUP]: "yes", [LIMITED]: "unknown", [DIRECTED]: "unknown" });
  });

  labTest("who answers on this host alone shows nothing", async () => {
    await using lan = await createLan({ hosts: 1 });
    await startResponder(lan.host("h1"));
    expect(await runCheck(lan.host("h1"), ["--wait", "1s"])).toMatchObject({
      [GROUP]: "unknown",
      [LIMITED]: "unknown",
    });
  });
});

labTest("the wizard asks how long, and shows the table", async () => {
  await using lan = await createLan({ hosts: 2 });
  await startResponder(lan.host("h2"));
  await using wizard = new PseudoTerminal(lan.host("h1").commandFor(UDP_BROADCAST));
  await wizard.answer("Which role?", KEY.down, KEY.down, KEY.down);
  await wizard.answer("--port: UDP port");
  await wizard.answer("--wait: ", "1s");
  await wizard.answer("More options?");
  await wizard.shows("The same as: udp-broadcast check --wait 1s");
  await wizard.shows("1 responder on other hosts answered");
  expect(await wizard.exitCode).toBe(0);
});

describe.concurrent("two interfaces in one network", () => {
  for (const [mode, verdict] of [
    [1, "reverse-path-filter"],
    [0, "yes"],
    [2, "yes"],
  ] as const) {
    labTest(`rp_filter ${mode}, by the second one: ${verdict}`, async () => {
      await using lab = await Lab.open(ONE_LAN_TWICE);
      const client = lab.host("client");
      await setFilter(client, mode);
      await startResponder(lab.host("peer"));
      expect(await runCheck(client)).toMatchObject({
        [LIMITED]: "yes",
        "e1 limited 255.255.255.255": verdict,
        "e1 directed 10.77.0.255": verdict,
      });
    });
  }
});

/** Each interface answers for its own address alone, so that what is sent to that comes there. */
async function setFilter(host: LabHost, mode: number): Promise<void> {
  const settings = { rp_filter: mode, arp_ignore: 1, arp_announce: 2 };
  for (const scope of ["all", "e0", "e1"]) {
    for (const [name, value] of Object.entries(settings)) {
      await host.run(["sysctl", "-qw", `net.ipv4.conf.${scope}.${name}=${value}`]);
    }
  }
}

const DROP_GROUPS =
  "table bridge lab { chain forward { type filter hook forward priority 0; ether daddr 01:00:5e:00:00:00-01:00:5e:7f:ff:ff drop; }; }";
const DROP_BROADCASTS =
  "table bridge lab { chain forward { type filter hook forward priority 0; ip daddr { 10.77.0.255, 255.255.255.255 } drop; }; }";
