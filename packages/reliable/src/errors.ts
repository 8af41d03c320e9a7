import { UdpError } from "@udp/core";

/** What a {@link ReliableError} is about. */
export type ReliableErrorCode =
  /** Nothing that may be believed came in time; the request may have been carried out or not. */
  | "RELIABLE_NO_ANSWER"
  /** The system said that no program receives at the endpoint. */
  | "RELIABLE_NOT_LISTENING"
  /** The server had no room, each time that the request came. Not carried out, unless a copy comes late. */
  | "RELIABLE_BUSY"
  /** The server was started anew meanwhile: only the one before it knew whether the request was carried out. */
  | "RELIABLE_OUTCOME_UNKNOWN"
  /** The server's handler failed; the message is what it said. */
  | "RELIABLE_HANDLER_FAILED"
  /** The request, or the answer to it, is larger than a datagram may be. */
  | "RELIABLE_TOO_LARGE"
  /** The requester was closed. */
  | "RELIABLE_CLOSED";

/** An error of `@udp/reliable`, with a code for programs. */
export class ReliableError extends UdpError<ReliableErrorCode> {}
