const ROUTER = { 4: "0a4d0102", 6: "fd770001000000000000000000000002" };
const UDP_HEADER_BYTES = 8;
const NONCE_AND_MAGIC_BYTES = 12;

/** The header of IPv4 without options, or of IPv6. */
export function ipHeaderBytes(packet: Uint8Array): number {
  return isIpv6(packet) ? 40 : 20;
}

/**
 * What the router at 10.77.1.2 or fd77:1::2 says of a packet that is too large for its next link,
 * with its own header (RFC 792 and RFC 1191; RFC 4443 section 3.2).
 */
export function packetTooBig(packet: Uint8Array, mtuBytes: number): Uint8Array {
  const quote = packet.subarray(
    0,
    ipHeaderBytes(packet) + UDP_HEADER_BYTES + NONCE_AND_MAGIC_BYTES,
  );
  return isIpv6(packet) ? inIpv6(quote, mtuBytes) : inIpv4(quote, mtuBytes);
}

function inIpv4(quote: Uint8Array, mtuBytes: number): Uint8Array {
  const icmp = Uint8Array.of(3, 4, 0, 0, 0, 0, ...uint16(mtuBytes), ...quote);
  icmp.set(checksum(icmp), 2);
  const addresses = [...Uint8Array.fromHex(ROUTER[4]), ...quote.subarray(12, 16)];
  const length = uint16(20 + icmp.length);
  const header = Uint8Array.of(0x45, 0, ...length, 0, 0, 0, 0, 64, 1, 0, 0, ...addresses);
  header.set(checksum(header), 10);
  return Uint8Array.of(...header, ...icmp);
}

function inIpv6(quote: Uint8Array, mtuBytes: number): Uint8Array {
  const icmp = Uint8Array.of(2, 0, 0, 0, 0, 0, ...uint16(mtuBytes), ...quote);
  const addresses = [...Uint8Array.fromHex(ROUTER[6]), ...quote.subarray(8, 24)];
  const length = uint16(icmp.length);
  const pseudoHeader = [...addresses, 0, 0, ...length, 0, 0, 0, 58];
  icmp.set(checksum(Uint8Array.of(...pseudoHeader, ...icmp)), 2);
  return Uint8Array.of(0x60, 0, 0, 0, ...length, 58, 64, ...addresses, ...icmp);
}

function isIpv6(packet: Uint8Array): boolean {
  return (packet[0] ?? 0) >> 4 === 6;
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

/** The Internet checksum (RFC 1071) of an even count of bytes in which it is still zero. */
function checksum(bytes: Uint8Array): [number, number] {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += 256 * (bytes[index] ?? 0) + (bytes[index + 1] ?? 0);
  }
  while (sum > 0xff_ff) sum = (sum & 0xff_ff) + (sum >> 16);
  return uint16(~sum & 0xff_ff);
}
