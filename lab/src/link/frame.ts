const ETHERNET_HEADER_BYTES = 14;
const ETHERTYPE_OFFSET = 12;
const ETHERTYPE_IPV4 = 0x08_00;
const ETHERTYPE_IPV6 = 0x86_dd;

const IPV4_PROTOCOL_OFFSET = 9;
const IPV6_NEXT_HEADER_OFFSET = 6;
const IPV6_HEADER_BYTES = 40;

const HOP_BY_HOP = 0;
const IGMP = 2;
const ICMPV6 = 58;

/** Multicast listener (RFC 2710, RFC 3810) and neighbour discovery (RFC 4861) messages. */
const ICMPV6_HOUSEKEEPING = new Set([130, 131, 132, 133, 134, 135, 136, 137, 143]);

/**
 * The length of the IP packet in an Ethernet frame; `undefined` for what a network sends for its
 * own upkeep: ARP, neighbour discovery, group membership.
 */
export function ipPacketBytes(frame: Uint8Array): number | undefined {
  const etherType = 256 * (frame[ETHERTYPE_OFFSET] ?? 0) + (frame[ETHERTYPE_OFFSET + 1] ?? 0);
  const packet = frame.subarray(ETHERNET_HEADER_BYTES);
  if (etherType === ETHERTYPE_IPV4 && packet[IPV4_PROTOCOL_OFFSET] !== IGMP) return packet.length;
  if (etherType === ETHERTYPE_IPV6 && !isIpv6Housekeeping(packet)) return packet.length;
  return undefined;
}

function isIpv6Housekeeping(packet: Uint8Array): boolean {
  const nextHeader = packet[IPV6_NEXT_HEADER_OFFSET];
  const next = packet[IPV6_HEADER_BYTES] ?? 0;
  // Listener messages alone carry a hop-by-hop header here (router alert).
  if (nextHeader === HOP_BY_HOP) return next === ICMPV6;
  return nextHeader === ICMPV6 && ICMPV6_HOUSEKEEPING.has(next);
}
