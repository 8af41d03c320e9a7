import { ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import { addressFamily } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { lastSystemError, libc, MSG_DONTWAIT } from "./libc.ts";
import type { NetlinkMessage } from "./netlink-message.ts";
import { decodeNetlinkMessage, encodeNetlinkRequest } from "./netlink-message.ts";
import { decodeLink, decodeRoute, linkRequest, routeRequest } from "./route-message.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o200_0000;
const NETLINK_ROUTE = 0;

/** What the kernel asks for at least: pages of 4 KiB, and messages about interfaces are long. */
const ANSWER_BYTES = 32_768;

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
  const { socket, close } = libc();
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw lastSystemError("a netlink socket");
  try {
    const route = decodeRoute(ask(fd, routeRequest(address)));
    if (route === undefined) throw unreachable(address);
    const { interfaceIndex, mtuBytes } = route;
    // Routes of IPv6 routers end some day too, and with no MTU nothing was heard of one.
    const expiresInMs = mtuBytes === undefined ? undefined : route.expiresInMs;
    const link = decodeLink(ask(fd, linkRequest(interfaceIndex)));
    if (link === undefined) throw unreachable(address); // the interface has just gone
    const ageMs = expiresInMs === undefined ? undefined : lifetimeMs(address) - expiresInMs;
    return {
      interfaceName: link.name,
      interfaceMtuBytes: link.mtuBytes,
      mtuBytes,
      expiresInMs,
      ageMs,
    };
  } finally {
    close(fd);
  }
}

/** The kernel has answered when the request is made, so nothing waits. */
function ask(fd: number, request: NetlinkMessage): NetlinkMessage {
  const bytes = encodeNetlinkRequest(request);
  const { send, recv } = libc();
  if (send(fd, ptr(bytes), bytes.byteLength, 0) < 0) throw lastSystemError("a netlink request");
  const answer = new Uint8Array(ANSWER_BYTES);
  const length = Number(recv(fd, ptr(answer), answer.byteLength, MSG_DONTWAIT));
  if (length < 0) throw lastSystemError("a netlink answer");
  const message = decodeNetlinkMessage(answer.subarray(0, length));
  if (message !== undefined) return message;
  throw new UdpError("UDP_SYSTEM", "expected a whole netlink answer, got a part of one");
}

/** For how long the kernel believes a Packet Too Big. */
function lifetimeMs(address: string): number {
  const path = `/proc/sys/net/ipv${addressFamily(address)}/route/mtu_expires`;
  return Number(readFileSync(path, "latin1")) * MS_PER_SECOND;
}

function unreachable(address: string): UdpError<"UDP_UNREACHABLE"> {
  return new UdpError("UDP_UNREACHABLE", `there is no way to ${address} from here`);
}
