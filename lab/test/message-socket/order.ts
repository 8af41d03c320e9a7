import type { Endpoint } from "@udp/core";
import type { MtuDiscovery, SendOutcome, SocketError } from "@udp/core/linux";

/** What the sender is told to do, as JSON. */
export interface Order {
  readonly family: 4 | 6;
  readonly to: Endpoint;
  readonly mode: MtuDiscovery;
  readonly datagrams: readonly {
    readonly payloadBytes: number;
    readonly hopLimit?: number;
    /** Whether to wait for the network; default: yes. */
    readonly isAnswered?: boolean;
  }[];
}

/** A {@link SocketError} with the length of its quote; -1 where that is not of the datagram. */
export type ShownError = Omit<SocketError, "quotedPayload"> & { readonly quotedBytes: number };

/** What the sender prints, as JSON. */
export interface Report {
  readonly kernelPathMtuBytes: readonly (number | null)[];
  readonly sent: { readonly outcome: SendOutcome; readonly errors: readonly ShownError[] }[];
}
