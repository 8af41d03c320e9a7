import ipaddr from "ipaddr.js";
import type { Endpoint } from "../address/endpoint.ts";
import { UDP_HEADER_BYTES } from "./header-bytes.ts";
import { internetChecksum, onesComplementSum } from "./internet-checksum.ts";

//  0      7 8     15 16    23 24    31
// +--------+--------+--------+--------+
// |   source port   | destination port|
// +--------+--------+--------+--------+
// |      length     |     checksum    |
// +--------+--------+--------+--------+
// |  payload …                            RFC 768

/** The IP protocol number of UDP. */
export const UDP_PROTOCOL = 17;

const LENGTH_OFFSET = 4;
const CHECKSUM_OFFSET = 6;

/** A UDP header with its checksum, and the payload. Both endpoints are of one family. */
export function encodeUdpPacket(
  source: Endpoint,
  destination: Endpoint,
  payload: Uint8Array,
): Uint8Array {
  const packet = new Uint8Array(UDP_HEADER_BYTES + payload.byteLength);
  const header = new DataView(packet.buffer, 0, UDP_HEADER_BYTES);
  header.setUint16(0, source.port);
  header.setUint16(2, destination.port);
  header.setUint16(LENGTH_OFFSET, packet.byteLength);
  packet.set(payload, UDP_HEADER_BYTES);
  header.setUint16(CHECKSUM_OFFSET, udpChecksum(source.address, destination.address, packet));
  return packet;
}

/**
 * The checksum of a UDP packet, header included, whose checksum field is zero (RFC 768; for IPv6
 * RFC 8200 section 8.1). Never 0, which would say that there is none.
 */
export function udpChecksum(source: string, destination: string, packet: Uint8Array): number {
  const pseudoHeader = onesComplementSum(pseudoHeaderOf(source, destination, packet.byteLength));
  const checksum = internetChecksum(packet, pseudoHeader);
  return checksum === 0 ? 0xff_ff : checksum;
}

/** The one of IPv6 has wider fields, but what they add is zeros, and zeros do not change the sum. */
function pseudoHeaderOf(source: string, destination: string, packetBytes: number): Uint8Array {
  return Uint8Array.of(
    ...addressBytes(source),
    ...addressBytes(destination),
    0,
    UDP_PROTOCOL,
    Math.floor(packetBytes / 256),
    packetBytes % 256,
  );
}

function addressBytes(address: string): number[] {
  const [withoutZone = ""] = address.split("%");
  return ipaddr.parse(withoutZone).toByteArray();
}
