import type { Plan, Port } from "@udp/lab";

function port(node: string, index: number, ...addresses: readonly string[]): Port {
  return { node, interface: `e${index}`, addresses, mtuBytes: 1500 };
}

function switchPort(node: string, name: string): Port {
  return { node, interface: name, addresses: [], mtuBytes: 1500 };
}

/** `client` and `both` are on two LANs, `second` is on the second one. */
export const TWO_LANS: Plan = {
  nodes: [
    { name: "client", role: "host" },
    { name: "both", role: "host" },
    { name: "second", role: "host" },
    { name: "sw1", role: "switch" },
    { name: "sw2", role: "switch" },
  ],
  cables: [
    { near: port("client", 0, "10.77.1.1/24"), far: switchPort("sw1", "p1") },
    { near: port("client", 1, "10.77.2.1/24"), far: switchPort("sw2", "p1") },
    { near: port("both", 0, "10.77.1.2/24"), far: switchPort("sw1", "p2") },
    { near: port("both", 1, "10.77.2.2/24"), far: switchPort("sw2", "p2") },
    { near: port("second", 0, "10.77.2.3/24"), far: switchPort("sw2", "p3") },
  ],
};

/** `client` has two cables into the one LAN that `peer` is on. */
export const ONE_LAN_TWICE: Plan = {
  nodes: [
    { name: "client", role: "host" },
    { name: "peer", role: "host" },
    { name: "sw", role: "switch" },
  ],
  cables: [
    { near: port("client", 0, "10.77.0.1/24"), far: switchPort("sw", "p1") },
    { near: port("client", 1, "10.77.0.11/24"), far: switchPort("sw", "p2") },
    { near: port("peer", 0, "10.77.0.2/24"), far: switchPort("sw", "p3") },
  ],
};
