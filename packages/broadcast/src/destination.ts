import type { AddressFamily } from "@udp/core";

/** By which kind of address a datagram reaches many, or one. */
export type Method = "limited" | "directed" | "group" | "unicast";

/** Where one datagram is sent, and out of which interface. */
export interface Destination {
  readonly method: Method;
  readonly family: AddressFamily;
  readonly address: string;
  /** `undefined` where the routes decide. */
  readonly interfaceName: string | undefined;
  /** The address of this host that it comes from; `undefined` where the system decides. */
  readonly source: string | undefined;
}

/** Tells it from the others. */
export function destinationKey({ method, address, interfaceName = "" }: Destination): string {
  return `${method} ${address} ${interfaceName}`;
}

/** Why no datagram goes out of an interface. */
export type SkipReason =
  | "down"
  | "loopback"
  | "point-to-point"
  | "no-broadcast"
  | "no-multicast"
  | "no-address"
  /** More addresses than are asked one by one. */
  | "large-network";

/** An interface that is left out. */
export interface Skipped {
  readonly interfaceName: string;
  /** How a datagram would have gone. */
  readonly method: Method;
  readonly family: AddressFamily;
  /** Where it would have gone, as far as that can be said. */
  readonly address: string | undefined;
  readonly reason: SkipReason;
}

/** Where the same datagram is sent to reach everyone who is meant. */
export interface Plan {
  readonly destinations: readonly Destination[];
  readonly skipped: readonly Skipped[];
}
