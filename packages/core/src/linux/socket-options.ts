import { ptr } from "bun:ffi";
import type { AddressFamily } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { filterProgram } from "./filter-program.ts";
import { interfaceIndex, noSuchInterface } from "./interface-index.ts";
import { discardQueued, libc, setSocketOption, systemError, trySocketOption } from "./libc.ts";
import { DROP_EVERYTHING, UNICAST_FILTER } from "./unicast-filter.ts";

const IPPROTO_IP = 0;
const IP_MTU_DISCOVER = 10;
const IP_RECVERR = 11;
const IP_MULTICAST_ALL = 49;

const IPPROTO_IPV6 = 41;
const IPV6_MTU_DISCOVER = 23;
const IPV6_RECVERR = 25;
const IPV6_V6ONLY = 26;
const IPV6_MULTICAST_ALL = 29;

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_BROADCAST = 6;
const SO_RCVBUF = 8;
const SO_BINDTODEVICE = 25;
const SO_ATTACH_FILTER = 26;
const SO_MEMINFO = 55;

const MEMINFO_FIELDS = 9;
const MEMINFO_DROPS = 8; // SK_MEMINFO_DROPS

const RECEIVE_BUFFER_BYTES = new Int32Array([8 << 20]);

const OFF = new Int32Array([0]);
const ON = new Int32Array([1]);

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
  receiveJoinedGroupsOnly(fd, family);
}

/** Keeps away what was sent to groups that other sockets of this host joined. */
export function receiveJoinedGroupsOnly(fd: number, family: AddressFamily): void {
  setSocketOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, OFF);
  if (family === 6) setSocketOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, OFF);
}

/** Leaves IPv4 to other sockets, which may then have the same port. */
export function receiveIpv6Only(fd: number): void {
  setSocketOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON);
}

/** Makes room for what comes while its reader does something else: 8 MB, or what `net.core.rmem_max` allows. */
export function enlargeReceiveBuffer(fd: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
}

/** Whether the socket may send to broadcast addresses. */
export function setBroadcast(fd: number, isOn: boolean): void {
  setSocketOption(fd, SOL_SOCKET, SO_BROADCAST, isOn ? ON : OFF);
}

/** Before it is bound: lets other sockets that ask for the same have its address and port too. */
export function sharePort(fd: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, ON);
}

/**
 * Ties a socket to one interface. Needs no rights where it was tied to none before (Linux 5.7).
 *
 * @throws UdpError `UDP_BAD_OPTION` where there is no such interface, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export function bindToInterface(fd: number, name: string): void {
  // The kernel cuts a name that is too long, and might then take another interface for it.
  if (interfaceIndex(name) === undefined) throw noSuchInterface(name);
  const failure = trySocketOption(fd, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(name));
  if (failure === undefined) return;
  if (failure === "ENODEV") throw noSuchInterface(name);
  if (failure !== "EPERM") throw systemError(`a socket at interface ${name}`, failure);
  throw new UdpError(
    "UDP_PERMISSION",
    `no permission for a socket at interface ${name} alone; that takes Linux 5.7 or CAP_NET_RAW`,
  );
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

/**
 * Datagrams that came to a socket and were thrown away, mostly since its buffer had no room for them:
 * from its beginning on, modulo 2^32, those that its filter keeps away among them. `undefined` where the
 * kernel does not say (before Linux 4.12).
 */
export function droppedCount(fd: number): number | undefined {
  const fields = new Uint32Array(MEMINFO_FIELDS);
  const length = new Uint32Array([fields.byteLength]);
  const failed = libc().getsockopt(fd, SOL_SOCKET, SO_MEMINFO, ptr(fields), ptr(length)) !== 0;
  return failed ? undefined : fields[MEMINFO_DROPS];
}
