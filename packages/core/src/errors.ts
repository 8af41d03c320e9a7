/** Codes of the errors that `@udp/core` throws or reports. */
export type CoreErrorCode =
  | "UDP_BAD_ADDRESS"
  | "UDP_BAD_PORT"
  /** The address is not that of one host, to listen at or to ask. */
  | "UDP_BAD_HOST"
  | "UDP_BAD_OPTION"
  | "UDP_NAME_NOT_FOUND"
  | SocketErrorCode;

/** Codes of what the operating system said about a socket or one of its datagrams. */
export type SocketErrorCode =
  | "UDP_REFUSED"
  | "UDP_UNREACHABLE"
  | "UDP_TOO_LARGE"
  | "UDP_ADDRESS_IN_USE"
  | "UDP_ADDRESS_NOT_AVAILABLE"
  | "UDP_PERMISSION"
  | "UDP_CLOSED"
  | "UDP_SYSTEM";

/**
 * The base of every error of the toolkit: a stable `code` for programs, one line for people, and
 * the system's own error as `cause` where there is one.
 */
export class UdpError<Code extends string = string> extends Error {
  /** The name of the class, so that a log shows which package failed. */
  override readonly name: string;
  /** Stable: programs may compare it. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
