import type { Endpoint, OpenDatagramSocket } from "@udp/core";
import { openBunSocket, UdpError } from "@udp/core";
import type { Destination } from "./destination.ts";

/** What is sent everywhere, and how. */
export interface BeaconOptions {
  readonly payload: Uint8Array;
  /** 1 to 65535. */
  readonly port: number;
  /** Routers that a datagram to many may pass, and one: 1 to 255. Default 1, to stay on the link. */
  readonly hopLimit?: number | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
}

/** What became of the datagram to one destination, as far as this host can tell. */
export interface Delivery {
  readonly destination: Destination;
  readonly to: Endpoint;
  /** Where it was sent from. */
  readonly from: Endpoint | undefined;
  /** Why the system did not take it; `undefined` where it did. */
  readonly error: UdpError | undefined;
}

/**
 * Sends the same datagram to each destination, out of the interface that the destination names. One
 * that fails keeps none of the others.
 */
export async function sendBeacon(
  destinations: readonly Destination[],
  options: BeaconOptions,
): Promise<readonly Delivery[]> {
  return await Promise.all(destinations.map((destination) => deliver(destination, options)));
}

async function deliver(destination: Destination, options: BeaconOptions): Promise<Delivery> {
  const { payload, port } = options;
  const to: Endpoint = { address: destination.address, port };
  try {
    await using socket = await open(destination, options);
    while (!socket.send(payload, to)) await socket.drained();
    return { destination, to, from: socket.local, error: undefined };
  } catch (error) {
    if (!(error instanceof UdpError)) throw error;
    return { destination, to, from: undefined, error };
  }
}

/**
 * Bound to an IPv4 address, a socket sends broadcasts and datagrams to groups out of the interface
 * that has it, whatever the routes say. IPv6 destinations name their interface.
 */
function open(
  { method, family, source }: Destination,
  { hopLimit = 1, openSocket = openBunSocket }: BeaconOptions,
) {
  const address = family === 4 && source !== undefined ? source : undefined;
  return openSocket({
    local: { address: address ?? (family === 4 ? "0.0.0.0" : "::"), port: 0 },
    allowBroadcast: true,
    onDatagram: () => undefined,
    ...(method !== "unicast" && { hopLimit }),
    ...(method === "group" && address !== undefined && { multicastInterface: address }),
  });
}
