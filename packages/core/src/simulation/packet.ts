import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily } from "../address/ip-address.ts";
import { ipHeaderBytes, udpPacketBytes } from "../packet/header-bytes.ts";

/** A datagram on its way between two hosts. */
export interface Packet {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Uint8Array;
}

export const LIMITED_BROADCAST_ADDRESS = "255.255.255.255";

const ICMP_HEADER_BYTES = 8;

/** An ICMP error is at most so long (RFC 1812 section 4.3.2.3; RFC 4443 section 2.4, the IPv6 minimum MTU). */
const MAX_ICMPV4_ERROR_BYTES = 576;
const MAX_ICMPV6_ERROR_BYTES = 1280;

/** The length of the IP packet, headers included. */
export function packetBytes({ to, payload }: Pick<Packet, "to" | "payload">): number {
  return udpPacketBytes(payload.byteLength, addressFamily(to.address));
}

/** The length of the ICMP port unreachable packet that answers, with as much quoted as may be. */
export function refusalBytes(packet: Packet): number {
  const family = addressFamily(packet.to.address);
  const limitBytes = family === 4 ? MAX_ICMPV4_ERROR_BYTES : MAX_ICMPV6_ERROR_BYTES;
  return Math.min(ipHeaderBytes(family) + ICMP_HEADER_BYTES + packetBytes(packet), limitBytes);
}
