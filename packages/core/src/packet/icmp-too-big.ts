import { internetChecksum } from "./internet-checksum.ts";

//  0      7 8     15 16    23 24    31
// +--------+--------+--------+--------+
// | type 3 | code 4 |    checksum     |
// +--------+--------+--------+--------+
// |        0        |  next-hop MTU   |
// +--------+--------+--------+--------+
// |  the packet, as much as fits …        RFC 792, RFC 1191 section 4

/** The IP protocol number of ICMP. */
export const ICMP_PROTOCOL = 1;

const DESTINATION_UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;
const HEADER_BYTES = 8;

/** RFC 1812 section 4.3.2.3: the whole is at most 576 bytes, with an IP header of 20. */
const MAX_QUOTE_BYTES = 576 - 20 - HEADER_BYTES;

/** The ICMP message of a router whose next link does not carry the packet: a Packet Too Big. */
export function encodeTooBig(packet: Uint8Array, mtuBytes: number): Uint8Array {
  const quote = packet.subarray(0, MAX_QUOTE_BYTES);
  const message = new Uint8Array(HEADER_BYTES + quote.byteLength);
  const header = new DataView(message.buffer, 0, HEADER_BYTES);
  header.setUint8(0, DESTINATION_UNREACHABLE);
  header.setUint8(1, FRAGMENTATION_NEEDED);
  header.setUint16(6, mtuBytes);
  message.set(quote, HEADER_BYTES);
  header.setUint16(2, internetChecksum(message));
  return message;
}
