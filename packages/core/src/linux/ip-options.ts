import type { AddressFamily } from "../address/ip-address.ts";

/** The kernel's numbers of what both families have, each with its own: options and control messages. */
export interface IpOptions {
  readonly level: number;
  readonly pathMtu: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly receiveErrors: number;
  readonly receiveHopLimit: number;
  readonly receiveTrafficClass: number;
  readonly receivePacketInfo: number;
  readonly multicastInterface: number;
  readonly multicastHopLimit: number;
  readonly multicastLoop: number;
  /** Control messages, whose numbers are not those of the options. */
  readonly hopLimitMessage: number;
  readonly trafficClassMessage: number;
  readonly packetInfoMessage: number;
  readonly errorMessage: number;
}

const IPV4: IpOptions = {
  level: 0, // IPPROTO_IP
  pathMtu: 14, // IP_MTU
  hopLimit: 2, // IP_TTL
  trafficClass: 1, // IP_TOS
  receiveErrors: 11, // IP_RECVERR
  receiveHopLimit: 12, // IP_RECVTTL
  receiveTrafficClass: 13, // IP_RECVTOS
  receivePacketInfo: 8, // IP_PKTINFO
  multicastInterface: 32, // IP_MULTICAST_IF
  multicastHopLimit: 33, // IP_MULTICAST_TTL
  multicastLoop: 34, // IP_MULTICAST_LOOP
  hopLimitMessage: 2, // IP_TTL
  trafficClassMessage: 1, // IP_TOS
  packetInfoMessage: 8, // IP_PKTINFO
  errorMessage: 11, // IP_RECVERR
};

const IPV6: IpOptions = {
  level: 41, // IPPROTO_IPV6
  pathMtu: 24, // IPV6_MTU
  hopLimit: 16, // IPV6_UNICAST_HOPS
  trafficClass: 67, // IPV6_TCLASS
  receiveErrors: 25, // IPV6_RECVERR
  receiveHopLimit: 51, // IPV6_RECVHOPLIMIT
  receiveTrafficClass: 66, // IPV6_RECVTCLASS
  receivePacketInfo: 49, // IPV6_RECVPKTINFO
  multicastInterface: 17, // IPV6_MULTICAST_IF
  multicastHopLimit: 18, // IPV6_MULTICAST_HOPS
  multicastLoop: 19, // IPV6_MULTICAST_LOOP
  hopLimitMessage: 52, // IPV6_HOPLIMIT
  trafficClassMessage: 67, // IPV6_TCLASS
  packetInfoMessage: 50, // IPV6_PKTINFO
  errorMessage: 25, // IPV6_RECVERR
};

/** The numbers of a family. */
export function ipOptions(family: AddressFamily): IpOptions {
  return family === 4 ? IPV4 : IPV6;
}
