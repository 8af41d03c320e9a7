import { describe, expect } from "bun:test";
import { createLan, createPath, Lab } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { ONE_LAN_TWICE, TWO_LANS } from "./lab-networks.ts";
import { ofKind, runDiscover, startResponder, waysOf } from "./lab-programs.ts";
import { UDP_BROADCAST } from "./udp-broadcast.ts";

const BY_IPV4 = ["e0 directed 10.77.0.255", "e0 group 239.255.66.67", "e0 limited 255.255.255.255"];
const BY_IPV6 = ["e0 group ff02::1%e0", "e0 group ff12::7542:4341%e0"];

const named = (name: string): readonly string[] => ["--name", name];

describe.concurrent("a LAN of five hosts", () => {
  labTest("everyone is found, none twice, none invented", async () => {
    await using lan = await createLan({ hosts: 5 });
    for (const host of ["h2", "h3", "h4"]) {
      await startResponder(lan.host(host), { argv: named(host) });
    }
    await startResponder(lan.host("h5"), { argv: ["::", ...named("h5")], joins: 2 });
    const { responders, summary } = await runDiscover(lan.host("h1"));
    const found = responders.map((one) => ({
      name: one.name,
      interface: one.interface,
      ways: waysOf(one),
      isTimed: one.rttMs > 0,
    }));
    const known = { interface: "e0", isTimed: true };
    expect(found.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { ...known, name: "h2", ways: BY_IPV4 },
      { ...known, name: "h3", ways: BY_IPV4 },
      { ...known, name: "h4", ways: BY_IPV4 },
      { ...known, name: "h5", ways: [...BY_IPV4, ...BY_IPV6].toSorted() },
    ]);
    const endpoints = responders.flatMap(({ endpoints: all }) => all);
    for (const host of [2, 3, 4, 5]) expect(endpoints).toContain(`10.77.0.${host}:1060`);
    expect(summary).toMatchObject({
      responderCount: 4,
      skipped: [{ interface: "lo", reason: "loopback" }],
    });
  });

  labTest("by each method alone", async () => {
    await using lan = await createLan({ hosts: 3 });
    await startResponder(lan.host("h2"), { argv: ["::"], joins: 2 });
    const ways = await Promise.all(
      ["multicast", "broadcast", "unicast"].map(async (method) => {
        const { responders } = await runDiscover(lan.host("h1"), ["--method", method]);
        return responders.map(waysOf);
      }),
    );
    expect(ways).toEqual([
      [["e0 group 239.255.66.67", "e0 group ff12::7542:4341%e0"]],
      [["e0 directed 10.77.0.255", "e0 group ff02::1%e0", "e0 limited 255.255.255.255"]],
      [["null unicast 10.77.0.2"]],
    ]);
  });

  labTest("without a route to anywhere", async () => {
    await using lan = await createLan({ hosts: 2 });
    await startResponder(lan.host("h2"));
    await lan.host("h1").run(["ip", "route", "flush", "table", "main"]);
    const { responders } = await runDiscover(lan.host("h1"));
    expect(responders.map(waysOf)).toEqual([BY_IPV4]);
  });

  labTest("IPv6 alone: by groups, as it has no broadcast", async () => {
    await using lan = await createLan({ hosts: 2 });
    for (const host of ["h1", "h2"]) {
      await lan.host(host).run(["ip", "-4", "address", "flush", "dev", "e0"]);
    }
    await startResponder(lan.host("h2"), { argv: ["::"] });
    const { responders } = await runDiscover(lan.host("h1"));
    expect(responders.map(waysOf)).toEqual([BY_IPV6]);
  });

  labTest("a switch that drops groups: found by broadcast, and not by group", async () => {
    await using lan = await createLan({ hosts: 2 });
    await startResponder(lan.host("h2"));
    await lan.host("sw").run(["nft", DROP_GROUPS]);
    const { responders, summary } = await runDiscover(lan.host("h1"));
    expect(responders.map(waysOf)).toEqual([
      ["e0 directed 10.77.0.255", "e0 limited 255.255.255.255"],
    ]);
    const group = summary.paths.find(({ address }) => address === "239.255.66.67");
    expect(group).toMatchObject({ responderCount: 0, error: null });
  });

  labTest("over a cable that loses a tenth each way", async () => {
    const link = { lossRatio: 0.1, seed: 3 };
    await using lan = await createLan({ hosts: 3, link });
    await startResponder(lan.host("h3"));
    const { responders } = await runDiscover(lan.host("h1"), ["--wait", "10s"]);
    expect(responders.map(({ endpoint }) => endpoint)).toEqual(["10.77.0.3:1060"]);
  });

  labTest("who comes, and who says goodbye, while it goes on", async () => {
    await using lan = await createLan({ hosts: 2 });
    await using watch = await lan
      .host("h1")
      .spawn([...UDP_BROADCAST, "discover", "--watch", "--json"]);
    const responder = await startResponder(lan.host("h2"), { argv: named("guest") });
    for (let event = ""; event !== "found"; ) event = JSON.parse(await watch.nextLine()).event;
    await responder.end("SIGINT");
    for (let event = ""; event !== "gone"; ) event = JSON.parse(await watch.nextLine()).event;
    expect((await watch.end("SIGINT")).code).toBe(0);
  });

  labTest("nobody: exit 1", async () => {
    await using lan = await createLan({ hosts: 2 });
    await using program = await lan
      .host("h1")
      .spawn([...UDP_BROADCAST, "discover", "--wait", "1s"]);
    const { code, stderr } = await program.end();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: nobody answered; .*\n$/)]);
  });
});

describe.concurrent("several networks", () => {
  labTest("who is on two of them is one responder, with two addresses", async () => {
    await using lab = await Lab.open(TWO_LANS);
    await startResponder(lab.host("both"), { argv: named("both"), joins: 2 });
    await startResponder(lab.host("second"), { argv: named("second") });
    const { responders } = await runDiscover(lab.host("client"));
    const found = responders.map(({ name, endpoints }) => ({
      name,
      endpoints: endpoints.toSorted(),
    }));
    expect(found.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { name: "both", endpoints: ["10.77.1.2:1060", "10.77.2.2:1060"] },
      { name: "second", endpoints: ["10.77.2.3:1060"] },
    ]);
    const both = responders.find(({ name }) => name === "both");
    expect(both === undefined ? [] : waysOf(both)).toEqual([
      ...["e0 directed 10.77.1.255", "e0 group 239.255.66.67", "e0 limited 255.255.255.255"],
      ...["e1 directed 10.77.2.255", "e1 group 239.255.66.67", "e1 limited 255.255.255.255"],
    ]);
  });

  labTest("who is reached by two interfaces in one network is one responder", async () => {
    await using lab = await Lab.open(ONE_LAN_TWICE);
    await startResponder(lab.host("peer"));
    const { responders } = await runDiscover(lab.host("client"));
    expect(responders.map(({ endpoints }) => endpoints)).toEqual([["10.77.0.2:1060"]]);
    const ways = responders.flatMap(waysOf);
    expect(ways.filter((way) => way.includes("limited"))).toEqual([
      "e0 limited 255.255.255.255",
      "e1 limited 255.255.255.255",
    ]);
  });

  labTest("a host of another network is not answered, unless that is wanted", async () => {
    await using path = await createPath({ mtus: [1500, 1500] });
    const [near, far] = [path.host("h1"), path.host("h2")];
    const silent = await startResponder(far);
    const address = far.ipv4;
    const refused = await runDiscover(near, [address, "--wait", "1s"]);
    const queries = ofKind((await silent.end("SIGINT")).stdout, "query");
    expect(queries.map(({ silence }) => silence)).toContain("other-network");
    await startResponder(far, { argv: ["--any-network"] });
    const answered = await runDiscover(near, [address, "--wait", "1s"]);
    expect([refused, answered].map(({ responders }) => responders.length)).toEqual([0, 1]);
  });
});

/** What the frames of IPv4 groups are sent to (RFC 1112 section 6.4), and no broadcast is. */
const DROP_GROUPS =
  "table bridge lab { chain forward { type filter hook forward priority 0; ether daddr 01:00:5e:00:00:00-01:00:5e:7f:ff:ff drop; }; }";
