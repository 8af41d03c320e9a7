import { describe, expect } from "bun:test";
import type { LabHost, RunningProgram } from "@udp/lab";
import { createLan } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { nextHeard, untilMembership } from "./lab-programs.ts";
import { UDP_BROADCAST } from "./udp-broadcast.ts";

const SERVER = [...UDP_BROADCAST, "server", "::", "--json"];

async function listenTo(host: LabHost, ...groups: readonly string[]): Promise<RunningProgram> {
  const argv = groups.flatMap((group) => ["--group", group]);
  const program = await host.spawn([...SERVER, ...argv]);
  await program.nextLine();
  return program;
}

async function send(host: LabHost, to: string, message: string): Promise<void> {
  await host.run([...UDP_BROADCAST, "client", to, "--message", message]);
}

describe.concurrent("server --group", () => {
  for (const [group, address] of [
    ["239.1.2.3", "10.77.0.2"],
    ["ff15::7702", "fd77::2"],
  ] as const) {
    labTest(`${group}: heard from all, and others are not`, async () => {
      await using lan = await createLan({ hosts: 3 });
      const server = await listenTo(lan.host("h2"), group);
      await untilMembership(server, { type: "joined", group, interface: "e0" });
      const other = group.replace(/.$/, "9");
      await send(lan.host("h1"), other, "not for you");
      await send(lan.host("h1"), group, "from one");
      await send(lan.host("h3"), group, "from three");
      await send(lan.host("h3"), address, "the end");
      const heard = [await nextHeard(server), await nextHeard(server), await nextHeard(server)];
      expect(heard.map(({ payload, destination }) => [payload.text, destination])).toEqual([
        ["from one", group],
        ["from three", group],
        ["the end", address],
      ]);
    });
  }

  for (const [group, source, end] of [
    ["232.1.2.3", "10.77.0.1", "10.77.0.2"],
    ["ff35::7703", "fd77::1", "fd77::2"],
  ] as const) {
    labTest(`${group}: heard from one source, and not from others`, async () => {
      await using lan = await createLan({ hosts: 3 });
      const server = await listenTo(lan.host("h2"), `${source}@${group}`);
      await untilMembership(server, { type: "joined", group, source, interface: "e0" });
      await send(lan.host("h3"), group, "from another");
      await send(lan.host("h1"), group, "from the source");
      await send(lan.host("h3"), end, "the end");
      const heard = [await nextHeard(server), await nextHeard(server)];
      expect(heard.map(({ payload }) => payload.text)).toEqual(["from the source", "the end"]);
    });
  }

  labTest("is joined again at an interface that comes again, with another number", async () => {
    await using lan = await createLan({ hosts: 2 });
    const host = lan.host("h2");
    await addCable(host);
    const server = await listenTo(host, "239.1.2.3%v0");
    await untilMembership(server, { type: "joined", interface: "v0" });
    await host.run(["ip", "link", "del", "v0"]);
    await untilMembership(server, { type: "left", interface: "v0" });
    await addCable(host);
    await untilMembership(server, { type: "joined", interface: "v0" });
    const groups = await host.run(["cat", "/proc/net/igmp"]);
    expect(groups.stdout).toMatch(/\tv0 +:[^:]*\n(\t+\S{8} .*\n)*\t+030201EF /);
  });

  labTest("waits for an interface that fits, and says so", async () => {
    await using lan = await createLan({ hosts: 2 });
    const host = lan.host("h2");
    await host.run(["ip", "link", "set", "e0", "multicast", "off"]);
    const server = await listenTo(host, "239.1.2.3");
    await host.run(["ip", "link", "set", "e0", "multicast", "on"]);
    await untilMembership(server, { type: "joined", group: "239.1.2.3", interface: "e0" });
    await send(lan.host("h1"), "239.1.2.3", "now");
    expect((await nextHeard(server)).payload.text).toBe("now");
    expect((await server.end("SIGINT")).stderr).toContain(
      "warning: no interface is fit for 239.1.2.3 now; it is joined at the first that is",
    );
  });

  labTest("more groups than may be joined: says which, and hears the others", async () => {
    await using lan = await createLan({ hosts: 2 });
    const host = lan.host("h2");
    await host.run(["sysctl", "-qw", "net.ipv4.igmp_max_memberships=2"]);
    const server = await listenTo(host, "239.1.2.3", "239.1.2.4");
    await untilMembership(server, { type: "failed", group: "239.1.2.4", error: "UDP_SYSTEM" });
    await send(lan.host("h1"), "239.1.2.3", "heard");
    expect((await nextHeard(server)).payload.text).toBe("heard");
  });
});

/** A second interface, whose other end is in the same host. */
async function addCable(host: LabHost): Promise<void> {
  await host.run(["ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"]);
  await host.run(["ip", "address", "add", "192.0.2.1/24", "dev", "v0"]);
  for (const name of ["v0", "v1"]) await host.run(["ip", "link", "set", name, "up"]);
}
