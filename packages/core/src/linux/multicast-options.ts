import type { AddressFamily } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { integerOption } from "../option-check.ts";
import { checkInterfaceIndex } from "./interface-index.ts";
import { ipOptions } from "./ip-options.ts";
import { setSocketOption, systemError, trySocketOption } from "./libc.ts";

/** How a socket sends to groups; what is left out stays as it is. */
export interface MulticastOptions {
  /** The number of the interface by which it leaves. At first: what the routes say. */
  readonly interfaceIndex?: number | undefined;
  /** 0 to 255; with 0 it stays on this host. At first 1: it stays in the local network. */
  readonly hopLimit?: number | undefined;
  /** Whether members on this host hear it too, the socket itself included. At first: yes. */
  readonly loop?: boolean | undefined;
}

const MAX_HOP_LIMIT = 255;

/** @throws UdpError `UDP_BAD_OPTION`, `UDP_SYSTEM`. */
export function setMulticast(fd: number, family: AddressFamily, options: MulticastOptions): void {
  const { interfaceIndex, hopLimit, loop } = options;
  const { level, multicastHopLimit, multicastLoop } = ipOptions(family);
  if (hopLimit !== undefined) {
    integerOption("hopLimit", hopLimit, 0, MAX_HOP_LIMIT);
    setSocketOption(fd, level, multicastHopLimit, Int32Array.of(hopLimit));
  }
  if (loop !== undefined) setSocketOption(fd, level, multicastLoop, Int32Array.of(Number(loop)));
  if (interfaceIndex !== undefined) setInterface(fd, family, checkInterfaceIndex(interfaceIndex));
}

/** What the kernel says of an interface that is not there, or not the one that the socket is tied to. */
const WRONG_INTERFACE: ReadonlySet<string> = new Set(["EADDRNOTAVAIL", "ENODEV", "EINVAL"]);

function setInterface(fd: number, family: AddressFamily, index: number): void {
  const { level, multicastInterface } = ipOptions(family);
  // IPv4: struct ip_mreqn { u8 group[4]; u8 address[4]; i32 ifindex; }
  const value = family === 4 ? Int32Array.of(0, 0, index) : Int32Array.of(index);
  const failure = trySocketOption(fd, level, multicastInterface, value);
  if (failure === undefined) return;
  if (!WRONG_INTERFACE.has(failure)) throw systemError(`multicast by interface ${index}`, failure);
  throw new UdpError(
    "UDP_BAD_OPTION",
    `expected an interface of this host at which the socket may send; got ${index}`,
  );
}
