import type { InterfaceAddress } from "./interface-address-message.ts";
import { decodeInterfaceAddress, interfaceAddressRequest } from "./interface-address-message.ts";
import type { Link } from "./link-message.ts";
import { decodeLink, linkRequest } from "./link-message.ts";
import { NetlinkSocket } from "./netlink-socket.ts";

const EVERY_LINK = 0;

/**
 * The interfaces of this host as they are now, those without an address included. Needs no rights.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export function readLinks(): readonly Link[] {
  using netlink = new NetlinkSocket();
  const messages = netlink.dump(linkRequest(EVERY_LINK));
  return messages.map(decodeLink).filter((link) => link !== undefined);
}

/**
 * The addresses of this host's interfaces as they are now, with what `networkInterfaces()` of
 * `node:os` leaves out. Needs no rights.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export function readInterfaceAddresses(): readonly InterfaceAddress[] {
  using netlink = new NetlinkSocket();
  const messages = netlink.dump(interfaceAddressRequest());
  return messages.map(decodeInterfaceAddress).filter((address) => address !== undefined);
}
