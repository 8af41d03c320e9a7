import type { NetworkInterface } from "../src/network-interface.ts";

/** An interface on a LAN with IPv4 and IPv6, as a test wants it. */
export function lanInterface(
  name: string,
  changes: Partial<NetworkInterface> = {},
): NetworkInterface {
  return {
    name,
    index: 1,
    mtuBytes: 1500,
    flags: {
      isUp: true,
      hasBroadcast: true,
      hasMulticast: true,
      isPointToPoint: false,
      isLoopback: false,
    },
    addresses: [
      { address: "10.77.0.1", family: 4, prefixLength: 24, broadcast: "10.77.0.255" },
      { address: `fe80::1%${name}`, family: 6, prefixLength: 64, broadcast: undefined },
    ],
    ...changes,
  };
}
