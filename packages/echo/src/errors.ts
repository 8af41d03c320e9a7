import { UdpError } from "@udp/core";

/** What an {@link EchoError} is about. */
export type EchoErrorCode =
  /** The system said that no program receives at the endpoint. */
  | "ECHO_NOT_LISTENING"
  /** Nothing that may be believed came in time. */
  | "ECHO_NO_REPLY"
  /** The far end answers, but not so that replies can be told apart, or has no room. */
  | "ECHO_NOT_MEASURABLE"
  /** A file holds no measurement. */
  | "ECHO_NO_MEASUREMENT";

/** An error of `@udp/echo`, with a code for programs. */
export class EchoError extends UdpError<EchoErrorCode> {}

const CODES: readonly EchoErrorCode[] = [
  "ECHO_NOT_LISTENING",
  "ECHO_NO_REPLY",
  "ECHO_NOT_MEASURABLE",
  "ECHO_NO_MEASUREMENT",
];

/** Whether a code is one of {@link EchoError}. */
export function isEchoErrorCode(code: string): code is EchoErrorCode {
  return CODES.some((known) => known === code);
}
