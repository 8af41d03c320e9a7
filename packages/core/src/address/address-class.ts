import type { EmbeddedIpv4Role } from "./embedded-ipv4.ts";
import { embeddedIpv4 } from "./embedded-ipv4.ts";
import type { AddressWords } from "./ip-address.ts";
import { addressWords, isMappedIpv4, parseAddress } from "./ip-address.ts";
import type { MulticastScope } from "./multicast-scope.ts";
import { multicastScope } from "./multicast-scope.ts";
import type { SpecialPurpose, SpecialPurposeKind } from "./special-purpose.ts";
import { findSpecialPurpose } from "./special-purpose.ts";

/** What an address is for, in one word. */
export type AddressKind =
  | SpecialPurposeKind
  /** 224.0.0.0/4 and ff00::/8. */
  | "multicast"
  /** fec0::/10, deprecated (RFC 3879). */
  | "site-local"
  /** Every other unicast address (RFC 4291 section 2.4), allocated or not. */
  | "global";

/** What {@link classifyAddress} finds out about one address. */
export interface AddressClass {
  /** Canonical, see {@link parseAddress}. */
  readonly address: string;
  /** What it is for; that of {@link specialPurpose} where there is one. */
  readonly kind: AddressKind;
  /** The record of the IANA registries with the longest prefix that holds the address. */
  readonly specialPurpose: SpecialPurpose | undefined;
  /** `undefined` unless `kind` is `multicast`. */
  readonly multicastScope: MulticastScope | undefined;
  /** The IPv4 addresses that a transition address carries, each with its own class. */
  readonly embedded: readonly EmbeddedAddressClass[];
}

/** An IPv4 address inside an IPv6 one, classified by itself. */
export interface EmbeddedAddressClass extends AddressClass {
  /** Where in the IPv6 address it stands. */
  readonly role: EmbeddedIpv4Role;
}

/**
 * Classifies one IP address by the longest matching prefix. An IPv4-mapped address is classified as
 * the IPv4 address that it is. A host's own directed broadcast addresses look like any other address
 * here; see `interfaceBroadcasts`.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for text that is not one IP address.
 */
export function classifyAddress(address: string): AddressClass {
  const canonical = parseAddress(address);
  const words = addressWords(canonical);
  const specialPurpose = findSpecialPurpose(words);
  return {
    address: canonical,
    kind: specialPurpose?.kind ?? unregisteredKind(words),
    specialPurpose,
    multicastScope: multicastScope(words),
    embedded: embeddedIpv4(words).map((found) => ({
      role: found.role,
      ...classifyAddress(found.address),
    })),
  };
}

/** 224.0.0.0/4 and ff00::/8. Like the other predicates on words, it allocates nothing. */
export function isMulticast(words: AddressWords): boolean {
  return isMappedIpv4(words) ? leadingBits(words[3], 4) === 0xe : leadingBits(words[0], 8) === 0xff;
}

/** `0.0.0.0` and `::`, not the rest of 0.0.0.0/8. */
export function isUnspecified(words: AddressWords): boolean {
  if (words[3] !== 0) return false;
  return isMappedIpv4(words) || hasZeroUpperWords(words);
}

/** 127.0.0.0/8 and `::1`. */
export function isLoopback(words: AddressWords): boolean {
  if (isMappedIpv4(words)) return leadingBits(words[3], 8) === 127;
  return words[3] === 1 && hasZeroUpperWords(words);
}

/** 255.255.255.255 (RFC 919). */
export function isLimitedBroadcast(words: AddressWords): boolean {
  return words[3] === 0xff_ff_ff_ff && isMappedIpv4(words);
}

function unregisteredKind(words: AddressWords): AddressKind {
  if (isMulticast(words)) return "multicast";
  if (isMappedIpv4(words)) return "global";
  if (leadingBits(words[0], 10) === 0xfe_c0 >>> 6) return "site-local";
  return hasZeroUpperWords(words) ? "transition" : "global";
}

function hasZeroUpperWords(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0;
}

function leadingBits(word: number | undefined, count: number): number {
  return (word ?? 0) >>> (32 - count);
}

/** Whether an address stands for several hosts: multicast, or the limited broadcast. */
export function isGroupAddress(words: AddressWords): boolean {
  return isMulticast(words) || isLimitedBroadcast(words);
}
