import { UdpError } from "../errors.ts";

/** What a tool tells its shell. */
export const EXIT = {
  /** Done or measured, whatever the verdict; a server that was asked to stop. */
  done: 0,
  /** Nothing answered, measured or sent. */
  failed: 1,
  /** The command line was wrong, and nothing was tried. */
  usage: 2,
  /** A client or a wizard, interrupted before there was a result. */
  interrupted: 130,
} as const;

/** One of the numbers of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One line about an error, for people. */
export function describeFailure(error: unknown): string {
  if (error instanceof UdpError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
