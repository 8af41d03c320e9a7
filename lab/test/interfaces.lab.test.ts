import { expect } from "bun:test";
import type { InterfaceAddress, Link } from "@udp/core/linux";
import type { LabHost } from "../src/index.ts";
import { createLan } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

const READER = Bun.fileURLToPath(import.meta.resolve("./interfaces/reader.ts"));

interface Interfaces {
  readonly links: readonly Link[];
  readonly addresses: readonly InterfaceAddress[];
}

/** So many that the kernel needs several parts to tell of them. */
const PAIRS = Array.from({ length: 60 }, (_, index) => index);

labTest("all interfaces of a host are listed, however many they are", async () => {
  await using lan = await createLan({ hosts: 1 });
  const host = lan.host("h1");
  const before = await read(host);
  const commands = PAIRS.flatMap((index) => [
    `ip link add v${index} type veth peer w${index}`,
    `ip address add 192.0.2.${index}/32 dev v${index}`,
    `ip address add 2001:db8::${index}/128 dev w${index} nodad`,
  ]);
  await host.run(["sh", "-ec", commands.join("\n")]);
  const { links, addresses } = await read(host);
  const names = ["lo", "e0", ...PAIRS.flatMap((index) => [`v${index}`, `w${index}`])];
  expect(links.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(addresses.length - before.addresses.length).toBe(2 * PAIRS.length);
});

labTest("an interface is listed with its flags, and addresses with what was set", async () => {
  await using lan = await createLan({ hosts: 1 });
  const host = lan.host("h1");
  for (const argv of [
    "address add 192.0.2.7/24 broadcast 192.0.2.128 dev e0",
    "address add 198.51.100.1 peer 198.51.100.2/32 dev e0",
    "address add fe80::7/64 dev e0 nodad",
  ]) {
    await host.run(["ip", ...argv.split(" ")]);
  }
  const { links, addresses } = await read(host);
  const link = links.find(({ name }) => name === "e0") ?? expect.unreachable();
  const at = { interfaceIndex: link.index };
  expect(link).toEqual({
    index: expect.any(Number),
    name: "e0",
    mtuBytes: 1500,
    flags: {
      isUp: true,
      isRunning: true,
      hasBroadcast: true,
      hasMulticast: true,
      isPointToPoint: false,
      isLoopback: false,
    },
  });
  expect(addresses).toEqual(
    expect.arrayContaining([
      { ...at, address: "10.77.0.1", prefixLength: 24, broadcast: "10.77.0.255" },
      { ...at, address: "192.0.2.7", prefixLength: 24, broadcast: "192.0.2.128" },
      { ...at, address: "198.51.100.1", prefixLength: 32, peer: "198.51.100.2" },
      { ...at, address: "fd77::1", prefixLength: 64 },
      { ...at, address: "fe80::7%e0", prefixLength: 64 },
    ]),
  );
});

async function read(host: LabHost): Promise<Interfaces> {
  return JSON.parse((await host.run([process.execPath, READER])).stdout);
}
