import type { AddressFamily } from "../address/ip-address.ts";
import { discardQueued, setSocketOption } from "./libc.ts";
import { DROP_EVERYTHING, filterProgram, UNICAST_FILTER } from "./unicast-filter.ts";

const IPPROTO_IP = 0;
const IP_RECVERR = 11;
const IP_MULTICAST_ALL = 49;

const IPPROTO_IPV6 = 41;
const IPV6_RECVERR = 25;
const IPV6_MULTICAST_ALL = 29;

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;

const OFF = new Int32Array([0]);

/**
 * Stops the kernel from reporting ICMP errors on this socket. Bun switches the reports on, and then
 * the next send to a healthy peer fails with the error of a peer that has gone.
 */
export function ignoreIcmpErrors(fd: number, family: AddressFamily): void {
  setSocketOption(fd, IPPROTO_IP, IP_RECVERR, OFF);
  if (family === 6) setSocketOption(fd, IPPROTO_IPV6, IPV6_RECVERR, OFF);
}

/**
 * Delivers only datagrams that were sent to an address of this host. Datagrams that came since the
 * socket was bound are thrown away: nobody has looked at where they were sent to.
 */
export function receiveUnicastOnly(fd: number, family: AddressFamily): void {
  setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, filterProgram(DROP_EVERYTHING));
  discardQueued(fd);
  setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, filterProgram(UNICAST_FILTER));
  setSocketOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, OFF);
  if (family === 6) setSocketOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, OFF);
}
