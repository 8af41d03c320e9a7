import type { AddressWords } from "./ip-address.ts";
import { isMappedIpv4 } from "./ip-address.ts";

/**
 * Whether an address is one host's alone: IPv4 ones, and those of IPv4 hosts behind NAT64. All
 * others of an IPv6 /64 are one host's, since it can use them all.
 */
export function isSingleHost(address: AddressWords): boolean {
  return isMappedIpv4(address) || isNat64(address);
}

/** 64:ff9b::/96, in which an IPv4 host each has one address (RFC 6052). */
function isNat64(words: AddressWords): boolean {
  return words[0] === 0x64_ff_9b && words[1] === 0 && words[2] === 0;
}
