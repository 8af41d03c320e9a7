import { expect, test } from "bun:test";
import { seededRandom } from "../src/random.ts";
import { createNetwork, VirtualClock } from "../src/simulation/index.ts";
import { bytes, openPeer } from "./socket-contract/peer.ts";
import type { ContractWorld } from "./socket-contract/world.ts";
import { anyPort } from "./socket-contract/world.ts";
import { describeSocketContract } from "./socket-contract.ts";

describeSocketContract("simulated sockets on the loopback of one host", () => {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(1) });
  const { openSocket } = network.host("host", []);
  const host = { open: openSocket, ipv4: "127.0.0.1", ipv6: "::1" };
  return { near: host, far: host, until: (condition) => clock.runUntil(condition) };
});

describeSocketContract("simulated sockets on two hosts, 5 ms apart", twoHosts);

test("what `onDatagram` throws surfaces where time goes on, and is no error of the network", async () => {
  const { near, far, until } = twoHosts();
  const reported: unknown[] = [];
  await using server = await far.open({
    local: anyPort(far.ipv4),
    onDatagram: () => {
      throw new Error("a mistake of the caller");
    },
    onError: (error) => reported.push(error),
  });
  await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
  client.socket.send(bytes("question"), server.local);
  await expect(until(() => false)).rejects.toThrow("a mistake of the caller");
  expect({ reported, isClosed: server.isClosed }).toEqual({ reported: [], isClosed: false });
});

test("connecting without a way to the peer is UDP_UNREACHABLE", async () => {
  const { near } = twoHosts();
  const { openSocket } = createNetwork({ clock: new VirtualClock(), random: seededRandom(1) }).host(
    "IPv4 only",
    ["10.77.0.1"],
  );
  const unreachable = { code: "UDP_UNREACHABLE" };
  const loopback = anyPort("127.0.0.1");
  await expect(
    openPeer(near.open, { local: loopback, remote: { address: "10.77.0.2", port: 7 } }),
  ).rejects.toMatchObject(unreachable);
  await expect(
    openPeer(openSocket, { remote: { address: "fd77::2", port: 7 } }),
  ).rejects.toMatchObject(unreachable);
});

function twoHosts(): ContractWorld {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(1), link: { delayMs: 5 } });
  const near = network.host("near", ["10.77.0.1", "fd77::1"]);
  const far = network.host("far", ["10.77.0.2", "fd77::2"]);
  return {
    near: { open: near.openSocket, ipv4: "10.77.0.1", ipv6: "fd77::1" },
    far: { open: far.openSocket, ipv4: "10.77.0.2", ipv6: "fd77::2" },
    until: (condition) => clock.runUntil(condition),
  };
}
