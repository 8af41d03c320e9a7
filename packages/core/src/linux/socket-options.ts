import type { AddressFamily } from "../address/ip-address.ts";
import { discardQueued, setSocketOption } from "./libc.ts";
import { DROP_EVERYTHING, filterProgram, UNICAST_FILTER } from "./unicast-filter.ts";

const IPPROTO_IP = 0;
const IP_MTU_DISCOVER = 10;
const IP_RECVERR = 11;
const IP_MULTICAST_ALL = 49;

const IPPROTO_IPV6 = 41;
const IPV6_MTU_DISCOVER = 23;
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

/**
 * What the kernel does with datagrams that are larger than what it believes the path to carry
 * (`IP_PMTUDISC_*`, ip(7)). `dont`: no DF, so that whoever must cuts them into fragments. `want`, its
 * default: it cuts them itself. `do`: it refuses them. `probe`: it sends all that its own interface
 * takes, whole, whatever it believes.
 */
export type MtuDiscovery = "dont" | "want" | "do" | "probe";

const IP_PMTUDISC: Readonly<Record<MtuDiscovery, number>> = { dont: 0, want: 1, do: 2, probe: 3 };

/** Sets {@link MtuDiscovery}, on an IPv6 socket for the IPv4 datagrams that it sends too. */
export function setMtuDiscovery(fd: number, family: AddressFamily, mode: MtuDiscovery): void {
  const value = Int32Array.of(IP_PMTUDISC[mode]);
  setSocketOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, value);
  if (family === 6) setSocketOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, value);
}
