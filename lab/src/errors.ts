import { UdpError } from "@udp/core";

/** What a {@link LabError} is about. */
export type LabErrorCode =
  /** This host cannot make such a network, or lacks a program for it. */
  | "LAB_UNSUPPORTED"
  /** The network could not be built, or went away. */
  | "LAB_BROKEN"
  /** The lab has no such host or link. */
  | "LAB_UNKNOWN_NAME"
  /** A program that was to succeed did not. */
  | "LAB_COMMAND_FAILED";

/** An error of the lab, with a code for programs. */
export class LabError extends UdpError<LabErrorCode> {}
