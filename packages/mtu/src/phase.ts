import type { SendOutcome, SocketError } from "@udp/core/linux";

/** A datagram that a measurement wants to be sent. */
export interface Transmission {
  readonly payload: Uint8Array;
  /** Whether this host and the routers may cut it in fragments; default `false`. */
  readonly mayBeCut?: boolean;
  /** Time to live, or hop limit; default: that of the system. */
  readonly hopLimit?: number;
  /** What to do where this host itself is too narrow for it, which carries `limitBytes`. */
  readonly refuse?: (limitBytes: number, nowNs: number) => void;
  /** What to do where this host did not send it for another reason. */
  readonly fail?: (outcome: SendOutcome) => void;
}

/** One part of a measurement, without I/O: it says what to send and is told what comes of it. */
export interface Phase {
  readonly isOver: boolean;
  poll(nowNs: number): readonly Transmission[];
  /** When {@link poll} has something to do; `undefined` for never. */
  nextDeadlineNs(): number | undefined;
  receive(payload: Uint8Array, nowNs: number): void;
  receiveError(error: SocketError, nowNs: number): void;
}
