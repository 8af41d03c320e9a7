import type { AddressFamily } from "@udp/core";

/** The IPv4 header without options; the IPv6 header without extensions. */
const IP_HEADER_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 20, 6: 40 };
/** RFC 768. */
export const UDP_HEADER_BYTES = 8;
const IPV6_FRAGMENT_HEADER_BYTES = 8;

/** The largest IPv4 packet, and the largest that a UDP length field of 16 bits allows over IPv6. */
const MAX_PACKET_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 65_535, 6: 65_575 };

/** What every link must carry: RFC 791 for IPv4, RFC 8200 section 5 for IPv6. */
const MIN_PACKET_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 68, 6: 1280 };

/** A size that many links have, and why. */
interface CommonPacketSize {
  readonly packetBytes: number;
  readonly meaning: string;
}

/** The sizes that real paths carry, in ascending order. They only say where to look first. */
const COMMON_PACKET_SIZES: readonly CommonPacketSize[] = [
  { packetBytes: 68, meaning: "IPv4 minimum (RFC 791)" },
  { packetBytes: 296, meaning: "serial lines (RFC 1191)" },
  { packetBytes: 552, meaning: "the least that Linux believes of an IPv4 router" },
  { packetBytes: 576, meaning: "what every IPv4 host must take (RFC 791)" },
  { packetBytes: 1006, meaning: "SLIP (RFC 1055)" },
  { packetBytes: 1280, meaning: "IPv6 minimum (RFC 8200)" },
  { packetBytes: 1300, meaning: "cautious tunnels" },
  { packetBytes: 1340, meaning: "nested tunnels" },
  { packetBytes: 1360, meaning: "IPsec and GRE tunnels, mobile networks" },
  { packetBytes: 1380, meaning: "IPsec tunnels" },
  { packetBytes: 1400, meaning: "cautious tunnels and virtual networks" },
  { packetBytes: 1420, meaning: "WireGuard" },
  { packetBytes: 1440, meaning: "WireGuard over IPv4 only" },
  { packetBytes: 1450, meaning: "VXLAN over IPv4" },
  { packetBytes: 1454, meaning: "PPPoE over L2TP" },
  { packetBytes: 1460, meaning: "Google Cloud" },
  { packetBytes: 1480, meaning: "6in4 and IPIP" },
  { packetBytes: 1492, meaning: "PPPoE" },
  { packetBytes: 1500, meaning: "Ethernet" },
  { packetBytes: 2002, meaning: "IEEE 802.5 (RFC 1191)" },
  { packetBytes: 4352, meaning: "FDDI (RFC 1390)" },
  { packetBytes: 4470, meaning: "packet over SONET" },
  { packetBytes: 8166, meaning: "IEEE 802.4 (RFC 1191)" },
  { packetBytes: 8500, meaning: "Google Cloud and Amazon between regions" },
  { packetBytes: 8896, meaning: "Google Cloud, jumbo" },
  { packetBytes: 8972, meaning: "jumbo frames less IPv4 and UDP headers" },
  { packetBytes: 9000, meaning: "jumbo frames" },
  { packetBytes: 9001, meaning: "Amazon, jumbo" },
  { packetBytes: 9216, meaning: "jumbo frames of switches" },
  { packetBytes: 17_914, meaning: "16 Mbit/s token ring (RFC 1191)" },
  { packetBytes: 32_000, meaning: "plateau of RFC 1191" },
  { packetBytes: 65_520, meaning: "IP over InfiniBand, and relays in user space" },
  { packetBytes: 65_535, meaning: "the largest IPv4 packet" },
];

/** The packet sizes of {@link COMMON_PACKET_SIZES} alone. */
export const COMMON_PACKET_BYTES: readonly number[] = COMMON_PACKET_SIZES.map(
  ({ packetBytes }) => packetBytes,
);

/** IP and UDP headers together: 28 bytes over IPv4, 48 over IPv6. */
export function headerBytes(family: AddressFamily): number {
  return IP_HEADER_BYTES[family] + UDP_HEADER_BYTES;
}

/** The IP packet around a UDP payload. */
export function packetBytesOf(payloadBytes: number, family: AddressFamily): number {
  return payloadBytes + headerBytes(family);
}

/** The UDP payload within an IP packet; below 0 where the headers alone are larger. */
export function payloadBytesOf(packetBytes: number, family: AddressFamily): number {
  return packetBytes - headerBytes(family);
}

/** The fragments that a packet is cut to where links carry `mtuBytes`. */
export function fragmentCountOf(
  packetBytes: number,
  mtuBytes: number,
  family: AddressFamily,
): number {
  return Math.ceil((packetBytes - IP_HEADER_BYTES[family]) / fragmentBytes(mtuBytes, family));
}

/** The largest packet that is cut to so many fragments. */
export function packetBytesOfFragments(
  count: number,
  mtuBytes: number,
  family: AddressFamily,
): number {
  return IP_HEADER_BYTES[family] + count * fragmentBytes(mtuBytes, family);
}

/** What one fragment carries: a multiple of 8 bytes (RFC 791, RFC 8200 section 4.5). */
function fragmentBytes(mtuBytes: number, family: AddressFamily): number {
  const headerBytes = IP_HEADER_BYTES[family] + (family === 6 ? IPV6_FRAGMENT_HEADER_BYTES : 0);
  return (mtuBytes - headerBytes) & ~7;
}

/** The smallest packet that every link of the family must carry whole: 68 or 1280 bytes. */
export function minPacketBytes(family: AddressFamily): number {
  return MIN_PACKET_BYTES[family];
}

/** The largest packet that can hold a UDP datagram: 65 535 bytes, or 65 575 over IPv6. */
export function maxPacketBytes(family: AddressFamily): number {
  return MAX_PACKET_BYTES[family];
}

/** What links of exactly this size are known as; `undefined` where none is. */
export function describePacketBytes(packetBytes: number): string | undefined {
  return COMMON_PACKET_SIZES.find((size) => size.packetBytes === packetBytes)?.meaning;
}
