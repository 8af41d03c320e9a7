import ipaddr from "ipaddr.js";
import type { Endpoint } from "../address/endpoint.ts";

export const AF_INET = 2;
export const AF_PACKET = 17;

const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_LL_BYTES = 20;
const ETH_P_ALL = 3;

/** `struct sockaddr_in { u16 family; u16 port; u8 address[4]; u8 zero[8]; }`; family in host order. */
export function encodeIpv4Sockaddr({ address, port }: Endpoint): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_IN_BYTES);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  sockaddr.set(ipaddr.IPv4.parse(address).toByteArray(), 4);
  return sockaddr;
}

/**
 * `struct sockaddr_ll { u16 family; be16 protocol; i32 ifindex; u16 hatype; u8 pkttype; u8 halen;
 * u8 address[8]; }` for every protocol at one interface.
 */
export function encodePacketSockaddr(interfaceIndex: number): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_LL_BYTES);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL);
  view.setInt32(4, interfaceIndex, true);
  return sockaddr;
}
