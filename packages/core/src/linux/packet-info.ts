import type { AddressFamily } from "../address/ip-address.ts";
import { decodeAddressBytes, encodeAddressBytes } from "./address-bytes.ts";

/** Where a datagram came in and what it was sent to. */
export interface PacketInfo {
  readonly destination: string | undefined;
  readonly interfaceIndex: number;
}

const IN_PKTINFO_BYTES = 12;
const IN6_PKTINFO_BYTES = 20;

/** By which interface a datagram leaves, and from which address; the kernel chooses what is left out. */
export interface OutgoingPacketInfo {
  readonly interfaceIndex?: number | undefined;
  readonly source?: string | undefined;
}

/**
 * `struct in_pktinfo { i32 ifindex; u8 spec_dst[4]; u8 addr[4]; }` or
 * `struct in6_pktinfo { u8 addr[16]; u32 ifindex; }`.
 */
export function decodePacketInfo(data: Uint8Array, family: AddressFamily): PacketInfo {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const interfaceIndex = view.getUint32(family === 4 ? 0 : 16, true);
  const address = family === 4 ? data.subarray(8, 12) : data.subarray(0, 16);
  return { destination: decodeAddressBytes(address, interfaceIndex), interfaceIndex };
}

/** What {@link decodePacketInfo} reads, for sending: there `spec_dst` and `addr` are the source. */
export function encodePacketInfo(info: OutgoingPacketInfo, family: AddressFamily): Uint8Array {
  const data = new Uint8Array(family === 4 ? IN_PKTINFO_BYTES : IN6_PKTINFO_BYTES);
  const { interfaceIndex = 0, source } = info;
  new DataView(data.buffer).setUint32(family === 4 ? 0 : 16, interfaceIndex, true);
  if (source !== undefined) data.set(encodeAddressBytes(source), family === 4 ? 4 : 0);
  return data;
}
