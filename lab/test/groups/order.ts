import type { Endpoint } from "@udp/core";

/** What a listener's sockets, all at one port, are to be, as JSON. */
export interface ListenerOrder {
  readonly family: 4 | 6;
  readonly port: number;
  readonly sockets: readonly { readonly interfaceName?: string }[];
}

/** What one of a listener's sockets, by its place, is to do, as JSON on a line. */
export interface Command {
  readonly socket: number;
  readonly join?: Membership;
  readonly leave?: Membership;
  /** To answer with what it received before this text: {@link Heard}. */
  readonly hearUntil?: string;
}

/** A group at an interface by its name. */
export interface Membership {
  readonly group: string;
  readonly interfaceName: string;
  readonly source?: string;
}

/** A datagram as a listener's socket received it. */
export interface Heard {
  readonly text: string;
  readonly from: string;
  readonly destination: string | undefined;
  readonly interfaceIndex: number | undefined;
}

/** What one socket is to send, as JSON; prints the outcomes. */
export interface SenderOrder {
  readonly family: 4 | 6;
  readonly multicast?: { readonly interfaceName?: string; readonly loop?: boolean };
  readonly datagrams: readonly {
    readonly text: string;
    readonly to: Endpoint;
    readonly interfaceName?: string;
    readonly source?: string;
  }[];
}
