import ipaddr from "ipaddr.js";
import { IPV4_HEADER_BYTES } from "./header-bytes.ts";
import { internetChecksum } from "./internet-checksum.ts";

//  0      7 8     15 16    23 24    31
// +--------+--------+--------+--------+
// | 4 | 5  |  TOS   |   total length  |
// +--------+--------+--------+--------+
// | identification  |  no fragment    |
// +--------+--------+--------+--------+
// |  TTL   |protocol| header checksum |
// +--------+--------+--------+--------+
// |          source address           |
// +--------+--------+--------+--------+
// |        destination address        |
// +--------+--------+--------+--------+
// |  payload …                            RFC 791 section 3.1

const VERSION_AND_HEADER_WORDS = 0x45;
const TIME_TO_LIVE = 64;

export interface Ipv4Packet {
  /** Dotted decimal. */
  readonly source: string;
  readonly destination: string;
  /** What the payload is: 17 for UDP. */
  readonly protocol: number;
  /** At most 65515 bytes. */
  readonly payload: Uint8Array;
}

/** An IPv4 packet without options, whole and with its header checksum. */
export function encodeIpv4Packet(fields: Ipv4Packet): Uint8Array {
  const packet = new Uint8Array(IPV4_HEADER_BYTES + fields.payload.byteLength);
  const header = new DataView(packet.buffer, 0, IPV4_HEADER_BYTES);
  header.setUint8(0, VERSION_AND_HEADER_WORDS);
  header.setUint16(2, packet.byteLength);
  header.setUint8(8, TIME_TO_LIVE);
  header.setUint8(9, fields.protocol);
  packet.set(ipaddr.IPv4.parse(fields.source).toByteArray(), 12);
  packet.set(ipaddr.IPv4.parse(fields.destination).toByteArray(), 16);
  header.setUint16(10, internetChecksum(packet.subarray(0, IPV4_HEADER_BYTES)));
  packet.set(fields.payload, IPV4_HEADER_BYTES);
  return packet;
}
