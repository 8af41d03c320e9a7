import type { Endpoint, UdpError } from "@udp/core";
import { openBunSocket } from "@udp/core";
import type { HeardDatagram } from "./arrival.ts";
import type { Membership } from "./membership.ts";
import { PortableSocket } from "./portable-socket.ts";

/** Where one datagram goes, and how. */
export interface Departure {
  readonly to: Endpoint;
  /** The interface by which it leaves; where it is left out, the routes decide. */
  readonly interfaceName?: string | undefined;
  /** The address of this host that it comes from; where it is left out, the system decides. */
  readonly source?: string | undefined;
  /** TTL or hop limit, 1 to 255; where it is left out, the socket's. */
  readonly hopLimit?: number | undefined;
}

/** A socket that knows by which interface what comes came, and what goes is to go. */
export interface InterfaceSocket extends AsyncDisposable {
  /** Where it listens; the port is the one that the system chose. */
  readonly local: Endpoint;
  readonly isClosed: boolean;

  /** Hands one datagram to the system. @returns why it was not taken; `undefined` where it was. */
  send(payload: Uint8Array, departure: Departure): UdpError | undefined;

  /**
   * From now on hears a group at one interface.
   *
   * @throws UdpError `UDP_BAD_OPTION`, `UDP_SYSTEM`, also where this system has no way to do it.
   */
  join(membership: Membership): void;

  /** What was never joined is not an error, nor what left with its interface. */
  leave(membership: Membership): void;

  /** Idempotent; no callback follows. */
  close(): void;
}

/** How an {@link InterfaceSocket} is opened, and who hears from it. */
export interface InterfaceSocketOptions {
  /** `::` is all addresses of both families. */
  readonly local: Endpoint;
  /** Whether others that say so too may have the same address and port. Linux; default `false`. */
  readonly sharesPort?: boolean | undefined;
  /** Whether it may send to broadcast addresses (SO_BROADCAST). */
  readonly allowBroadcast: boolean;
  /**
   * TTL or hop limit of what says nothing else, 1 to 255. Default: the system's; where it cannot be
   * said of each datagram, 255, which shows that all of them are from the same link.
   */
  readonly hopLimit?: number | undefined;
  /** What it throws is an uncaught exception. */
  readonly onDatagram: (datagram: HeardDatagram) => void;
  /** Closes the socket; where it is aborted already, opening rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a socket of this system: on Linux one that can do all of it; elsewhere the system does not
 * tell how a datagram came, the routes decide how it goes, and no group is joined.
 *
 * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export async function openInterfaceSocket(
  options: InterfaceSocketOptions,
): Promise<InterfaceSocket> {
  options.signal?.throwIfAborted();
  if (process.platform !== "linux") return await PortableSocket.open(options, openBunSocket);
  const { openLinuxSocket } = await import("./linux/interface-socket.ts");
  return await openLinuxSocket(options);
}
