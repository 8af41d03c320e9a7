import type { Endpoint } from "../address/endpoint.ts";
import type { ErrorOrigin, ExtendedError } from "./extended-error.ts";
import { errorName } from "./libc.ts";

/** Why one datagram did not get through, as the network or this host told the socket. */
export interface SocketError {
  /** `icmp`, `icmp6`: a node on the path said so; `local`: this host did not let it out. */
  readonly kind: ErrorOrigin;
  /** The system's name for it, such as `EMSGSIZE`. */
  readonly name: string;
  /** ICMP type; 0 where `local`. */
  readonly type: number;
  /** ICMP code; 0 where `local`. */
  readonly code: number;
  /**
   * The largest packet that goes on from there, as it was told and unchecked. `undefined` unless the
   * datagram was too large, and where the router left it out (RFC 1191 section 5).
   */
  readonly mtuBytes: number | undefined;
  /** Address of the node that said so; `undefined` where `local`. */
  readonly offender: string | undefined;
  /** Where the datagram was sent to. */
  readonly destination: Endpoint;
  /** The beginning of its payload, as much as was quoted; empty where `local`. */
  readonly quotedPayload: Uint8Array;
}

/** An entry of the error queue, in words. */
export function describeError(
  { errno, origin, type, code, info, offender }: ExtendedError,
  destination: Endpoint,
  quotedPayload: Uint8Array,
): SocketError {
  const name = errorName(errno);
  const isTooLarge = name === "EMSGSIZE" && info > 0;
  const mtuBytes = isTooLarge ? info : undefined;
  return { kind: origin, name, type, code, mtuBytes, offender, destination, quotedPayload };
}
