import type { Endpoint } from "@udp/core";
import { addressWords, isUnspecified } from "@udp/core";
import type { HeardDatagram } from "./arrival.ts";
import type { ListenOptions } from "./station.ts";
import { Station } from "./station.ts";

/** Where a listener listens, and who hears from it. */
export interface ListenerOptions extends ListenOptions {
  /** What it throws is an uncaught exception. */
  readonly onDatagram: (datagram: HeardDatagram) => void;
}

/** Hears what is sent to many, and to one. Ends by `close`, its signal, or its `await using` block. */
export interface Listener extends AsyncDisposable {
  /** Where it listens; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** Idempotent; no callback follows. */
  close(): void;
}

/**
 * Whether broadcasts of all kinds reach a socket at this address. They do at no address that is one
 * host's own; at a broadcast address only what is sent to that does.
 */
export function hearsBroadcasts(address: string): boolean {
  return isUnspecified(addressWords(address));
}

/**
 * Listens for whatever is sent to a port of this host: to the host, to a broadcast address of its
 * networks, to all, or to its groups. It never answers.
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`, `UDP_BAD_OPTION` for a group that is not heard at
 * the address, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export async function listen({ onDatagram, ...options }: ListenerOptions): Promise<Listener> {
  return await Station.open(options, { groups: [], onDatagram });
}
