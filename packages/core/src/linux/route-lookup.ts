import { readFileSync } from "node:fs";
import { addressFamily } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { decodeLink, linkRequest } from "./link-message.ts";
import { NetlinkSocket } from "./netlink-socket.ts";
import { decodeRoute, routeRequest } from "./route-message.ts";

const MS_PER_SECOND = 1000;

/** The way that datagrams to one destination take out of this host. */
export interface Route {
  readonly interfaceName: string;
  readonly interfaceMtuBytes: number;
  /** What stands beside the interface's MTU; `undefined` where the interface decides. */
  readonly mtuBytes: number | undefined;
  /**
   * Until the kernel forgets `mtuBytes`, which is then from a Packet Too Big; `undefined` for what
   * was set.
   */
  readonly expiresInMs: number | undefined;
  /** Since that Packet Too Big was heard last. */
  readonly ageMs: number | undefined;
}

/**
 * Asks the kernel for the way to a canonical address. Needs no rights.
 *
 * @throws UdpError `UDP_UNREACHABLE` where no way leads there, `UDP_SYSTEM`.
 */
export function lookUpRoute(address: string): Route {
  using netlink = new NetlinkSocket();
  const route = decodeRoute(netlink.ask(routeRequest(address)));
  if (route === undefined) throw unreachable(address);
  const { interfaceIndex, mtuBytes } = route;
  // Routes of IPv6 routers end some day too, and with no MTU nothing was heard of one.
  const expiresInMs = mtuBytes === undefined ? undefined : route.expiresInMs;
  const link = decodeLink(netlink.ask(linkRequest(interfaceIndex)));
  if (link === undefined) throw unreachable(address); // the interface has just gone
  const ageMs = expiresInMs === undefined ? undefined : lifetimeMs(address) - expiresInMs;
  return {
    interfaceName: link.name,
    interfaceMtuBytes: link.mtuBytes,
    mtuBytes,
    expiresInMs,
    ageMs,
  };
}

/** For how long the kernel believes a Packet Too Big. */
function lifetimeMs(address: string): number {
  const path = `/proc/sys/net/ipv${addressFamily(address)}/route/mtu_expires`;
  return Number(readFileSync(path, "latin1")) * MS_PER_SECOND;
}

function unreachable(address: string): UdpError<"UDP_UNREACHABLE"> {
  return new UdpError("UDP_UNREACHABLE", `there is no way to ${address} from here`);
}
