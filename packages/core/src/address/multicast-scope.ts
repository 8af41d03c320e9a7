import type { AddressWords } from "./ip-address.ts";
import { isMappedIpv4 } from "./ip-address.ts";

/**
 * How far a multicast address reaches: the scopes of IPv6 (RFC 4291 section 2.7, RFC 7346), and for
 * IPv4 the blocks of RFC 5771 that say something about it.
 */
export type MulticastScope =
  | "interface-local"
  /** IPv4: the local network control block, 224.0.0.0/24, which no router forwards. */
  | "link-local"
  | "realm-local"
  | "admin-local"
  | "site-local"
  | "organization-local"
  /** IPv4: every block that is not one of the others. */
  | "global"
  | "reserved"
  | "unassigned"
  /** IPv4 only: 232.0.0.0/8 (RFC 4607). */
  | "source-specific"
  /** IPv4 only: 233.0.0.0/8, by number of the autonomous system (RFC 3180). */
  | "glop"
  /** IPv4 only: 239.0.0.0/8 (RFC 2365). */
  | "administratively-scoped";

const IPV6_SCOPES: readonly MulticastScope[] = [
  "reserved",
  "interface-local",
  "link-local",
  "realm-local",
  "admin-local",
  "site-local",
  "unassigned",
  "unassigned",
  "organization-local",
  "unassigned",
  "unassigned",
  "unassigned",
  "unassigned",
  "unassigned",
  "global",
  "reserved",
];

/** The scope of a multicast address, `undefined` for every other address. */
export function multicastScope(words: AddressWords): MulticastScope | undefined {
  return isMappedIpv4(words) ? ipv4Scope(words[3] ?? 0) : ipv6Scope(words[0] ?? 0);
}

function ipv4Scope(word: number): MulticastScope | undefined {
  if (word >>> 28 !== 0xe) return undefined;
  if (word >>> 8 === 0xe0_00_00) return "link-local";
  switch (word >>> 24) {
    case 232:
      return "source-specific";
    case 233:
      return "glop";
    case 239:
      return "administratively-scoped";
    default:
      return "global";
  }
}

function ipv6Scope(leadingWord: number): MulticastScope | undefined {
  if (leadingWord >>> 24 !== 0xff) return undefined;
  return IPV6_SCOPES[(leadingWord >>> 16) & 0xf];
}
