import { addressFamily, addressWords } from "../address/ip-address.ts";
import { formatIpv4Word } from "../address/ipv4-word.ts";
import { decodeIpv6Address } from "./sockaddr.ts";

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

/** The 4 or 16 bytes of a canonical address, in network order; the zone is left out. */
export function encodeAddressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(IPV6_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of addressWords(address).entries()) view.setUint32(4 * index, word);
  return addressFamily(address) === 4 ? bytes.subarray(IPV6_BYTES - IPV4_BYTES) : bytes;
}

/**
 * The canonical address in 4 or 16 bytes that belong to an interface, whose name is the zone of a
 * link-local one; `undefined` for any other number of bytes.
 */
export function decodeAddressBytes(bytes: Uint8Array, interfaceIndex: number): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength === IPV4_BYTES) return formatIpv4Word(view.getUint32(0));
  if (bytes.byteLength !== IPV6_BYTES) return undefined;
  return decodeIpv6Address(bytes, isLinkLocal(view) ? interfaceIndex : 0);
}

/** `fe80::/10` (RFC 4291 section 2.5.6), where only the interface makes an address whole. */
function isLinkLocal(address: DataView): boolean {
  return (address.getUint16(0) & 0xff_c0) === 0xfe_80;
}
