import { expect } from "bun:test";
import { formatEndpoint } from "@udp/core";
import type { Lab } from "@udp/lab";
import { createLan, createPath } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

const PORT = "1060";

const NETWORKS = {
  LAN: () => createLan({ hosts: 2 }),
  path: () => createPath({ mtus: [1500, 1400, 1280] }),
};

for (const [network, create] of Object.entries(NETWORKS)) {
  labTest(`${network}: a client asks a server by its address, IPv4 and IPv6`, async () => {
    await using lab = await create();
    const [near, far] = [lab.host("h1"), lab.host("h2")];
    await using server = await serve(lab, "::");
    for (const [from, to] of [
      [near.ipv4, far.ipv4],
      [near.ipv6, far.ipv6],
    ] as const) {
      const argv = [...UDP_ECHO, "client", to, "--message", "Is anybody there?"];
      const { stdout } = await near.run(argv);
      const [, port] = /assigned me the address \S+:(\d+) /.exec(stdout) ?? [];
      const client = formatEndpoint({ address: from, port: Number(port) });
      const asked = formatEndpoint({ address: to, port: Number(PORT) });
      expect(stdout).toContain(`The server ${asked} replied "Your data was 17 bytes long"\n`);
      expect(await server.nextLine()).toBe(`The client at ${client} says "Is anybody there?"`);
    }
  });

  labTest(`${network}: a host without a server says so, and the client passes it on`, async () => {
    await using lab = await create();
    for (const address of [lab.host("h2").ipv4, lab.host("h2").ipv6]) {
      await using client = await lab.host("h1").spawn([...UDP_ECHO, "client", address]);
      const asked = formatEndpoint({ address, port: Number(PORT) });
      expect(await client.end()).toMatchObject({
        code: 1,
        stderr: `error: Nothing is listening at ${asked}\n`,
      });
    }
  });
}

labTest("a client measures at least the delay of the link, there and back", async () => {
  await using path = await createPath({
    mtus: [1500, 1500, 1500],
    link: { delayMs: 30, backward: { delayMs: 10 } },
  });
  await using _server = await serve(path, "0.0.0.0");
  const { stdout } = await path.host("h1").run([...UDP_ECHO, "client", "h2", "--json"]);
  const { rttMs } = parse(documentSchemas.reply, JSON.parse(stdout));
  expect(rttMs).toBeGreaterThanOrEqual(40);
});

labTest("a way that takes no joined replies gets each by itself", async () => {
  await using lab = await createLan({ hosts: 2 });
  const [near, far] = [lab.host("h1"), lab.host("h2")];
  await far.run(["ip", "route", "add", near.ipv4, "dev", "e0", "mtu", "600"]);
  await using _server = await serve(lab, "0.0.0.0");
  const bursts = ["-c", "60", "--burst", "20", "-i", "10ms", "--size", "1000"];
  const { stdout } = await near.run([...UDP_ECHO, "probe", far.ipv4, ...bursts, "--json"]);
  const { sentCount, receivedCount } = parse(documentSchemas.probe, JSON.parse(stdout));
  expect([sentCount, receivedCount]).toEqual([60, 60]);
});

/** A server at host `h2`. */
async function serve(lab: Lab, address: string) {
  const argv = [...UDP_ECHO, "server", address, "-p", PORT];
  const { program } = await listening(await lab.host("h2").spawn(argv));
  return program;
}
