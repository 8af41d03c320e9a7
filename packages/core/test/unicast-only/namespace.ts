/** Runs in a network namespace of its own; prints what wildcard sockets hear there, as JSON. */
import type { Destinations } from "./heard-destinations.ts";
import { heardDestinations } from "./heard-destinations.ts";

const IPV4: Destinations = {
  wildcard: "0.0.0.0",
  unicast: "127.0.0.1",
  sends: [
    ["127.0.0.1", "224.0.0.1"],
    ["127.0.0.1", "127.255.255.255"],
    ["10.77.0.1", "10.77.0.255"],
    ["10.77.0.1", "255.255.255.255"],
    ["10.77.0.1", "10.77.0.1"],
  ],
};

const IPV6: Destinations = {
  wildcard: "::",
  unicast: "::1",
  sends: [
    ["fe80::1%left", "ff02::1%left"],
    ["fe80::1%left", "fe80::1%left"],
  ],
};

// IPv6 multicast does not go through `lo`, so a pair of interfaces stands in for it.
const COMMANDS = [
  "ip link set lo up",
  "ip link add left type veth peer name right",
  "ip addr add 10.77.0.1/24 dev left",
  "ip addr add fe80::1/64 dev left nodad",
  "ip link set left up",
  "ip link set right up",
];

for (const command of COMMANDS) {
  const { success } = Bun.spawnSync(command.split(" "), { stderr: "inherit" });
  if (!success) throw new Error(`failed: ${command}`);
}

const heard = {
  any: [...(await heardDestinations(IPV4, false)), ...(await heardDestinations(IPV6, false))],
  unicastOnly: [...(await heardDestinations(IPV4, true)), ...(await heardDestinations(IPV6, true))],
};
console.log(JSON.stringify(heard));
