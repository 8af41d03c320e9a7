import { UdpError } from "@udp/core";

/** What a {@link BroadcastError} is about. */
export type BroadcastErrorCode =
  /** No interface of this host is up and suits what was asked for. */
  | "BROADCAST_NO_INTERFACE"
  /** The system took none of the datagrams, at no interface. */
  | "BROADCAST_NOTHING_SENT"
  /** Nobody answered. */
  | "BROADCAST_NOBODY";

/** An error of `@udp/broadcast`, with a code for programs. */
export class BroadcastError extends UdpError<BroadcastErrorCode> {}
