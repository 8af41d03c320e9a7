import { describe, expect, test } from "bun:test";
import { openBunSocket } from "../src/socket/bun-socket.ts";
import { bytes, openPeer, texts } from "./socket-contract/peer.ts";
import { anyPort } from "./socket-contract/world.ts";
import { heardUnderFlood } from "./unicast-only/heard-under-flood.ts";

const BROADCAST = "127.255.255.255";
const UNICAST = "127.0.0.1";

describe.skipIf(process.platform !== "linux")("a server on all addresses (Linux)", () => {
  test("hears broadcasts on the loopback, and with `unicastOnly` none", async () => {
    const any = await heardDestinations(false);
    const unicastOnly = await heardDestinations(true);
    expect({ any, unicastOnly }).toEqual({ any: [BROADCAST, UNICAST], unicastOnly: [UNICAST] });
  });

  test("opened while a flood of broadcasts is under way delivers none of it", async () => {
    expect(await heardUnderFlood(30)).toEqual(["unicast"]);
  });
});

/** What a server hears of a broadcast and the unicast datagram behind it. */
async function heardDestinations(unicastOnly: boolean): Promise<string[]> {
  const local = anyPort("0.0.0.0");
  await using server = await openPeer(openBunSocket, { local, unicastOnly });
  await using client = await openPeer(openBunSocket, { allowBroadcast: true });
  for (const address of [BROADCAST, UNICAST]) {
    client.socket.send(bytes(address), { address, port: server.socket.local.port });
  }
  while (!texts(server).includes(UNICAST)) await new Promise((resolve) => setImmediate(resolve));
  return texts(server);
}
