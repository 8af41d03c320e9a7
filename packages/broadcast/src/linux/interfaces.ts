import { addressFamily, directedBroadcast } from "@udp/core";
import type { Link } from "@udp/core/linux";
import { readInterfaceAddresses, readLinks } from "@udp/core/linux";
import type { InterfaceAddress, NetworkInterface } from "../network-interface.ts";

type KernelAddress = ReturnType<typeof readInterfaceAddresses>[number];

/** All interfaces of this host as the kernel has them, those without an address too. */
export function readLinuxInterfaces(): readonly NetworkInterface[] {
  const addresses = Map.groupBy(readInterfaceAddresses(), ({ interfaceIndex }) => interfaceIndex);
  return readLinks().map((link) => networkInterface(link, addresses.get(link.index) ?? []));
}

function networkInterface(
  { name, index, mtuBytes, flags: { isRunning: _isRunning, ...flags } }: Link,
  addresses: readonly KernelAddress[],
): NetworkInterface {
  return { name, index, mtuBytes, flags, addresses: addresses.map(interfaceAddress) };
}

/** Where none was set, the kernel takes the address with all host bits one for a broadcast too. */
function interfaceAddress({ address, prefixLength, broadcast }: KernelAddress): InterfaceAddress {
  return {
    address,
    family: addressFamily(address),
    prefixLength,
    broadcast: broadcast ?? directedBroadcast(address, prefixLength),
  };
}
