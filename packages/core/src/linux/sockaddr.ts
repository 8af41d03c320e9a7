import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, addressWords, parseAddress } from "../address/ip-address.ts";
import { formatIpv4Word } from "../address/ipv4-word.ts";
import { UdpError } from "../errors.ts";
import { interfaceIndex, interfaceName } from "./interface-index.ts";

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;

const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_IN6_BYTES = 28;
const SOCKADDR_LL_BYTES = 20;
const ETH_P_ALL = 3;

/** Room for the address of either family. */
export const MAX_SOCKADDR_BYTES: number = SOCKADDR_IN6_BYTES;

/**
 * The `struct sockaddr_in` or `sockaddr_in6` of an endpoint whose address is canonical.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for a zone that is no interface of this host.
 */
export function encodeSockaddr(endpoint: Endpoint): Uint8Array {
  return addressFamily(endpoint.address) === 4
    ? encodeIpv4Sockaddr(endpoint)
    : encodeIpv6Sockaddr(endpoint);
}

/** `struct sockaddr_in { u16 family; u16 port; u8 address[4]; u8 zero[8]; }`; family in host order. */
export function encodeIpv4Sockaddr({ address, port }: Endpoint): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_IN_BYTES);
  const view = new DataView(sockaddr.buffer);
  const [, , , word = 0] = addressWords(address);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  view.setUint32(4, word);
  return sockaddr;
}

/**
 * `struct sockaddr_in6 { u16 family; u16 port; u32 flowinfo; u8 address[16]; u32 scope_id; }`;
 * family and scope, the interface's number, in host order.
 */
function encodeIpv6Sockaddr({ address, port }: Endpoint): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_IN6_BYTES);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_INET6, true);
  view.setUint16(2, port);
  for (const [index, word] of addressWords(address).entries()) {
    view.setUint32(8 + 4 * index, word);
  }
  view.setUint32(24, scopeOf(address), true);
  return sockaddr;
}

/**
 * The endpoint in a `struct sockaddr_in` or `sockaddr_in6`, with the name of its interface as zone
 * where it has a scope; `undefined` for anything else, such as the empty `AF_UNSPEC`.
 */
export function decodeSockaddr(sockaddr: Uint8Array): Endpoint | undefined {
  const view = new DataView(sockaddr.buffer, sockaddr.byteOffset, sockaddr.byteLength);
  const family = sockaddr.byteLength < 2 ? undefined : view.getUint16(0, true);
  if (family === AF_INET && sockaddr.byteLength >= SOCKADDR_IN_BYTES) {
    return { address: formatIpv4Word(view.getUint32(4)), port: view.getUint16(2) };
  }
  if (family === AF_INET6 && sockaddr.byteLength >= SOCKADDR_IN6_BYTES) {
    const address = decodeIpv6Address(sockaddr.subarray(8, 24), view.getUint32(24, true));
    return { address, port: view.getUint16(2) };
  }
  return undefined;
}

/** The canonical text of the sixteen bytes of an IPv6 address. */
export function decodeIpv6Address(bytes: Uint8Array, scope: number): string {
  const groups = bytes.toHex().match(/.{4}/g) ?? [];
  const address = parseAddress(groups.join(":"));
  return scope === 0 ? address : `${address}%${interfaceName(scope) ?? scope}`;
}

/**
 * `struct sockaddr_ll { u16 family; be16 protocol; i32 ifindex; u16 hatype; u8 pkttype; u8 halen;
 * u8 address[8]; }` for every protocol at one interface.
 */
export function encodePacketSockaddr(interfaceIndex: number): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_LL_BYTES);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL);
  view.setInt32(4, interfaceIndex, true);
  return sockaddr;
}

/** A zone is the name of an interface, or its number (RFC 4007 section 11.2). */
function scopeOf(address: string): number {
  const [, zone] = address.split("%");
  if (zone === undefined) return 0;
  const scope = /^\d+$/.test(zone) ? Number(zone) : interfaceIndex(zone);
  if (scope !== undefined) return scope;
  throw new UdpError("UDP_BAD_ADDRESS", `this host has no interface ${zone}, as in ${address}`);
}
