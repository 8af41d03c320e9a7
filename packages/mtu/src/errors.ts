import { UdpError } from "@udp/core";

/** What an {@link MtuError} is about. */
export type MtuErrorCode =
  /** This system is not Linux. */
  | "MTU_UNSUPPORTED"
  /** Nothing answered, so nothing was measured. */
  | "MTU_NO_ANSWER";

/** An error of `@udp/mtu`, with a code for programs. */
export class MtuError extends UdpError<MtuErrorCode> {}
