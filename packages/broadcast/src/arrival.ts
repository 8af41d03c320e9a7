import type { Endpoint } from "@udp/core";

/** What the system tells of a datagram besides its bytes and its source, as far as it does. */
export interface Arrival {
  /** By which interface it came. */
  readonly interfaceName?: string | undefined;
  /** Where it was sent to: an address of this host, a group or a broadcast address. */
  readonly destination?: string | undefined;
  /** TTL or hop limit with which it came. */
  readonly hopLimit?: number | undefined;
}

/** A datagram, and how it came. */
export interface HeardDatagram extends Arrival {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

/** What the sender of a datagram has set to show that it is on the link: each router on the way takes one. */
export const ON_LINK_HOP_LIMIT = 255;
