import { seededRandom } from "../src/random.ts";
import { createNetwork, VirtualClock } from "../src/simulation/index.ts";
import type { ContractWorld } from "./socket-contract/world.ts";
import { describeSocketContract } from "./socket-contract.ts";

describeSocketContract("simulated sockets on the loopback of one host", () => {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(1) });
  const { openSocket } = network.host("host", []);
  const host = { open: openSocket, ipv4: "127.0.0.1", ipv6: "::1" };
  return { near: host, far: host, until: (condition) => clock.runUntil(condition) };
});

describeSocketContract("simulated sockets on two hosts, 5 ms apart", twoHosts);

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
