import type { NetworkInterfaceInfo } from "node:os";
import { UdpError } from "../errors.ts";
import { addressFamily, addressWords, parseAddress } from "./ip-address.ts";
import { formatIpv4Word } from "./ipv4-word.ts";

/**
 * The address that reaches every host of an interface's network: the address with all host bits one
 * (RFC 919). `undefined` where there is none: IPv6, /31 (RFC 3021) and /32.
 *
 * @param prefixLength 0 to 32 bits of an IPv4 address; not looked at for IPv6.
 * @throws UdpError `UDP_BAD_ADDRESS`, or `UDP_BAD_OPTION` for a prefix length out of range.
 */
export function directedBroadcast(address: string, prefixLength: number): string | undefined {
  const canonical = parseAddress(address);
  if (addressFamily(canonical) === 6) return undefined;
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > 32) {
    throw new UdpError(
      "UDP_BAD_OPTION",
      `expected an IPv4 prefix length from 0 to 32; got ${prefixLength}`,
    );
  }
  if (prefixLength >= 31) return undefined;
  const [, , , word = 0] = addressWords(canonical);
  return formatIpv4Word(word | (0xff_ff_ff_ff >>> prefixLength));
}

/**
 * The directed broadcast addresses of this host's networks, from what `networkInterfaces()` of
 * `node:os` returned. They follow from address and mask; a broadcast address that was set by hand is
 * not known there.
 */
export function interfaceBroadcasts(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): ReadonlySet<string> {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return new Set(addresses.map(interfaceBroadcast).filter((address) => address !== undefined));
}

function interfaceBroadcast({ family, cidr }: NetworkInterfaceInfo): string | undefined {
  if (family !== "IPv4" || cidr === null) return undefined;
  const slash = cidr.indexOf("/");
  return directedBroadcast(cidr.slice(0, slash), Number(cidr.slice(slash + 1)));
}
