import { describe, expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createLan } from "@udp/lab";
import type { RunningProgram } from "@udp/lab/testing";
import { labTest } from "@udp/lab/testing";
import { UDP_BROADCAST } from "./udp-broadcast.ts";

const HEARERS = ["h2", "h3"];

async function startServers(lan: Lab, ...argv: readonly string[]): Promise<RunningProgram[]> {
  return await Promise.all(
    HEARERS.map(async (name) => {
      const program = await lan.host(name).spawn([...UDP_BROADCAST, "server", ...argv]);
      await program.nextLine();
      return program;
    }),
  );
}

describe.concurrent("a LAN of three hosts", () => {
  for (const [network, destination] of [
    [[], "255.255.255.255"],
    [["10.77.0.255"], "10.77.0.255"],
    [["10.77.0.0/24"], "10.77.0.255"],
    [["e0"], "255.255.255.255"],
  ] as const) {
    labTest(`client ${network.join(" ")}: all others hear it`, async () => {
      await using lan = await createLan({ hosts: 3 });
      const servers = await startServers(lan);
      const { stdout } = await lan.host("h1").run([...UDP_BROADCAST, "client", ...network]);
      const [, from] = /from (10\.77\.0\.1:\d+) /.exec(stdout) ?? [];
      const heard = await Promise.all(servers.map((server) => server.nextLine()));
      expect(stdout).toContain(`Sent 19 bytes from ${from} to ${destination}:1060 out of e0\n`);
      expect(heard).toEqual(
        HEARERS.map(
          () => `The client at ${from} says: "Broadcast datagram!" (at e0, to ${destination})`,
        ),
      );
    });
  }

  labTest("without a route to anywhere: out of the interface all the same", async () => {
    await using lan = await createLan({ hosts: 3 });
    const servers = await startServers(lan);
    await lan.host("h1").run(["ip", "route", "flush", "table", "main"]);
    const { stdout } = await lan.host("h1").run([...UDP_BROADCAST, "client"]);
    const heard = await Promise.all(servers.map((server) => server.nextLine()));
    expect(stdout).toContain("to 255.255.255.255:1060 out of e0");
    expect(heard.map((line) => line.includes("to 255.255.255.255"))).toEqual([true, true]);
  });

  labTest("IPv6 has no broadcast: a group of all nodes, on the link", async () => {
    await using lan = await createLan({ hosts: 3 });
    const servers = await startServers(lan, "::");
    const { stdout } = await lan.host("h1").run([...UDP_BROADCAST, "client", "ff02::1%e0"]);
    const heard = await Promise.all(servers.map((server) => server.nextLine()));
    expect(stdout).toContain("to [ff02::1%e0]:1060 out of e0");
    expect(
      heard.map((line) => /says: "Broadcast datagram!" \(at e0, to ff02::1/.test(line)),
    ).toEqual([true, true]);
  });
});
