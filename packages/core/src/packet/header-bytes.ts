import type { AddressFamily } from "../address/ip-address.ts";

/** RFC 791, without options. */
export const IPV4_HEADER_BYTES = 20;

/** RFC 8200, without extension headers. */
const IPV6_HEADER_BYTES = 40;

/** RFC 768. */
export const UDP_HEADER_BYTES = 8;

/** The length of an IP packet with a UDP payload of so many bytes. */
export function udpPacketBytes(payloadBytes: number, family: AddressFamily): number {
  return ipHeaderBytes(family) + UDP_HEADER_BYTES + payloadBytes;
}

/** The length of an IP header without options or extension headers. */
export function ipHeaderBytes(family: AddressFamily): number {
  return family === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
}
