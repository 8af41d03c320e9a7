import ipaddr from "ipaddr.js";
import type { Endpoint } from "../address/endpoint.ts";

export const AF_INET = 2;

const SOCKADDR_IN_BYTES = 16;

/** `struct sockaddr_in { u16 family; u16 port; u8 address[4]; u8 zero[8]; }`; family in host order. */
export function encodeIpv4Sockaddr({ address, port }: Endpoint): Uint8Array {
  const sockaddr = new Uint8Array(SOCKADDR_IN_BYTES);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  sockaddr.set(ipaddr.IPv4.parse(address).toByteArray(), 4);
  return sockaddr;
}
