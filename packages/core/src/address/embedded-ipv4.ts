import type { AddressWords } from "./ip-address.ts";
import { formatIpv4Word } from "./ipv4-word.ts";

/** Where in an IPv6 address an IPv4 address was found. */
export type EmbeddedIpv4Role =
  /** 64:ff9b::/96 (RFC 6052 section 2.1). */
  | "nat64"
  /** 2002::/16 (RFC 3056). */
  | "6to4"
  /** 2001::/32 (RFC 4380 section 4). */
  | "teredo-server"
  /** 2001::/32, the client's address as its NAT shows it. */
  | "teredo-client"
  /** ::/96, deprecated (RFC 4291 section 2.5.5.1). */
  | "ipv4-compatible";

/** An IPv4 address that an IPv6 address carries. */
export interface EmbeddedIpv4 {
  /** Where it was found. */
  readonly role: EmbeddedIpv4Role;
  /** Dotted decimal. */
  readonly address: string;
}

/**
 * The IPv4 addresses that an IPv6 address carries: none, one, or for Teredo two. An IPv4-mapped
 * address *is* the IPv4 address and carries none. In 64:ff9b:1::/48 each operator chooses where the
 * IPv4 address stands (RFC 8215), so none is read there.
 */
export function embeddedIpv4(words: AddressWords): readonly EmbeddedIpv4[] {
  const [first = 0, second = 0, third = 0, last = 0] = words;
  if (first === 0x00_64_ff_9b && second === 0 && third === 0) return [found("nat64", last)];
  if (first >>> 16 === 0x20_02) return [found("6to4", (first << 16) | (second >>> 16))];
  if (first === 0x20_01_00_00) {
    return [found("teredo-server", second), found("teredo-client", ~last)];
  }
  const isCompatible = first === 0 && second === 0 && third === 0 && last > 1;
  return isCompatible ? [found("ipv4-compatible", last)] : [];
}

function found(role: EmbeddedIpv4Role, word: number): EmbeddedIpv4 {
  return { role, address: formatIpv4Word(word) };
}
