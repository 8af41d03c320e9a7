import {
  addressFamily,
  addressWords,
  directedBroadcast,
  formatIpv4Word,
  parseAddress,
  UdpError,
} from "@udp/core";
import type { Destination } from "./destination.ts";
import type { NetworkInterface } from "./network-interface.ts";
import { OwnNetworks } from "./own-networks.ts";

/** A larger network is not asked host by host. */
export const MIN_PREFIX_LENGTH = 24;
const ADDRESS_BITS = 32;

/**
 * Each host of an IPv4 prefix by itself, but those of this host.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for what is no prefix of /24 or longer.
 */
export function hostsOf(
  prefix: string,
  interfaces: readonly NetworkInterface[],
): readonly Destination[] {
  const { network, bits } = parsePrefix(prefix);
  const isWhole = bits >= ADDRESS_BITS - 1;
  const size = 2 ** (ADDRESS_BITS - bits);
  const [from, to] = isWhole ? [0, size] : [1, size - 1];
  const own = new OwnNetworks(interfaces);
  const addresses = Array.from({ length: to - from }, (_, index) =>
    formatIpv4Word(network + from + index),
  );
  return addresses
    .filter((address) => !own.isOwn(address))
    .map((address) => ({
      method: "unicast",
      family: 4,
      address,
      interfaceName: undefined,
      source: undefined,
    }));
}

function parsePrefix(prefix: string): { readonly network: number; readonly bits: number } {
  const [written = "", length = "32"] = prefix.split("/", 2);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 0;
  const address = parseAddress(written);
  const isSmall = bits >= MIN_PREFIX_LENGTH && bits <= ADDRESS_BITS;
  if (addressFamily(address) === 4 && isSmall) {
    const last = addressWords(directedBroadcast(address, bits) ?? address)[3] ?? 0;
    const size = 2 ** (ADDRESS_BITS - bits);
    return { network: last - (last % size), bits };
  }
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `expected an IPv4 prefix of at most 256 addresses, such as 10.77.0.0/24; got ${JSON.stringify(prefix)}`,
  );
}
