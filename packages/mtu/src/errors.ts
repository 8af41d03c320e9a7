import { UdpError } from "@udp/core";

/** What an {@link MtuError} is about. */
export type MtuErrorCode =
  /** This system is not Linux. */
  | "MTU_UNSUPPORTED"
  /** The address is not that of one host, to listen at or to measure the way to. */
  | "MTU_BAD_HOST"
  /** Nothing answered, so nothing was measured. */
  | "MTU_NO_ANSWER";

/** An error of `@udp/mtu`, with a code for programs. */
export class MtuError extends UdpError<MtuErrorCode> {}
