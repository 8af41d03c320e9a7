import { describe, expect } from "bun:test";
import type { LabHost } from "../src/index.ts";
import { createLan } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

const SERVER = Bun.fileURLToPath(import.meta.resolve("./unicast-only/server.ts"));
const SENDER = Bun.fileURLToPath(import.meta.resolve("./unicast-only/sender.ts"));

/** What reaches a server at `h1`. */
interface Destinations {
  /** Multicast and broadcast. */
  readonly groups: readonly string[];
  readonly unicast: readonly string[];
}

const BROADCASTS = ["10.77.0.255", "255.255.255.255"];

const IPV4: Destinations = {
  groups: ["224.0.0.1", ...BROADCASTS],
  unicast: ["10.77.0.1"],
};

/** A socket on `::` hears no IPv4 group that it has not joined: Linux has IP_MULTICAST_ALL off there. */
const BOTH_FAMILIES: Destinations = {
  groups: [...BROADCASTS, "ff02::1%e0"],
  unicast: [...IPV4.unicast, "fd77::1", "fe80::1%e0"],
};

describe.each([
  ["a neighbour", "h2"],
  ["its own host", "h1"],
])("of what %s sends", (_title, senderName) => {
  labTest("a server on 0.0.0.0 hears groups and broadcasts, with `unicastOnly` none", () =>
    expectUnicastOnly("0.0.0.0", IPV4, senderName),
  );

  labTest("a server on :: hears those of both families, with `unicastOnly` none", () =>
    expectUnicastOnly("::", BOTH_FAMILIES, senderName),
  );
});

async function expectUnicastOnly(
  wildcard: string,
  destinations: Destinations,
  senderName: string,
): Promise<void> {
  await using lab = await createLan({ hosts: 2 });
  const [host, sender] = [lab.host("h1"), lab.host(senderName)];
  await host.run(["ip", "address", "add", "fe80::1/64", "dev", "e0", "nodad"]);
  const heard = {
    any: await heardDestinations(host, [wildcard], sender, destinations),
    unicastOnly: await heardDestinations(host, [wildcard, "unicastOnly"], sender, destinations),
  };
  expect(heard).toEqual({
    any: new Set([...destinations.groups, ...destinations.unicast]),
    unicastOnly: new Set(destinations.unicast),
  });
}

/** The destinations that a server hears of until every unicast datagram has reached it. */
async function heardDestinations(
  host: LabHost,
  argv: readonly string[],
  sender: LabHost,
  { groups, unicast }: Destinations,
): Promise<Set<string>> {
  await using server = await host.spawn([process.execPath, SERVER, ...argv]);
  const port = await server.nextLine();
  await sender.run([process.execPath, SENDER, port, ...groups, ...unicast]);
  const heard = new Set<string>();
  while (!unicast.every((address) => heard.has(address))) heard.add(await server.nextLine());
  return heard;
}
