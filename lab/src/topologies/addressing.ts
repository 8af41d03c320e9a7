import { integerOption } from "@udp/core";

export const DEFAULT_MTU_BYTES = 1500;

const MIN_IPV4_MTU_BYTES = 68; // RFC 791
const MIN_IPV6_MTU_BYTES = 1280; // RFC 8200 section 5
const MAX_MTU_BYTES = 65_535;

/** How the lab numbers its networks in one family. */
export interface Numbering {
  /** All of the lab's networks. */
  readonly everything: string;
  /** One of them, 0 to 255. */
  network(number: number): string;
  /** A host, 1 to 254, in one of them. */
  host(network: number, host: number): string;
  /** The same with its prefix length. */
  interfaceAddress(network: number, host: number): string;
}

export const IPV4: Numbering = {
  everything: "10.77.0.0/16",
  network: (number) => `10.77.${number}.0/24`,
  host: (network, host) => `10.77.${network}.${host}`,
  interfaceAddress: (network, host) => `10.77.${network}.${host}/24`,
};

/** Networks and hosts have the same decimal digits as in IPv4. */
export const IPV6: Numbering = {
  everything: "fd77::/16",
  network: (number) => `${ipv6Prefix(number)}::/64`,
  host: (network, host) => `${ipv6Prefix(network)}::${host}`,
  interfaceAddress: (network, host) => `${ipv6Prefix(network)}::${host}/64`,
};

/** RFC 5952 leaves a zero out. */
function ipv6Prefix(network: number): string {
  return network === 0 ? "fd77" : `fd77:${network}`;
}

/** Both families, or IPv4 alone where a link is too small for IPv6. */
export function numberingsFor(smallestMtuBytes: number): readonly Numbering[] {
  return smallestMtuBytes < MIN_IPV6_MTU_BYTES ? [IPV4] : [IPV4, IPV6];
}

/** @throws UdpError `UDP_BAD_OPTION`. */
export function checkMtu(name: string, mtuBytes: number): number {
  return integerOption(name, mtuBytes, MIN_IPV4_MTU_BYTES, MAX_MTU_BYTES);
}
