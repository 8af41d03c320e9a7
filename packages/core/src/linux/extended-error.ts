import { decodeSockaddr } from "./sockaddr.ts";

/** Who found that a datagram could not go on: this host, or a node that said so by ICMP. */
export type ErrorOrigin = "local" | "icmp" | "icmp6";

/** One entry of a socket's error queue, as the kernel lays it out. */
export interface ExtendedError {
  readonly errno: number;
  readonly origin: ErrorOrigin;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  /** Address of the node that said so. */
  readonly offender: string | undefined;
}

const EXTENDED_ERROR_BYTES = 16;

const ORIGINS: ReadonlyMap<number, ErrorOrigin> = new Map([
  [1, "local"], // SO_EE_ORIGIN_LOCAL
  [2, "icmp"], // SO_EE_ORIGIN_ICMP
  [3, "icmp6"], // SO_EE_ORIGIN_ICMP6
]);

const TIMESTAMPING = 4; // SO_EE_ORIGIN_TIMESTAMPING

/**
 * The number of the datagram whose time of sending an entry of the error queue tells; `undefined`
 * where the entry tells something else.
 */
export function decodeSendNumber(bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < EXTENDED_ERROR_BYTES || bytes[4] !== TIMESTAMPING) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true);
}

/**
 * `struct sock_extended_err { u32 errno; u8 origin; u8 type; u8 code; u8 pad; u32 info; u32 data; }`
 * and behind it the offender's `struct sockaddr`. `undefined` where it tells of no datagram that
 * failed, such as of a timestamp.
 */
export function decodeExtendedError(bytes: Uint8Array): ExtendedError | undefined {
  if (bytes.byteLength < EXTENDED_ERROR_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const origin = ORIGINS.get(view.getUint8(4));
  if (origin === undefined) return undefined;
  return {
    errno: view.getUint32(0, true),
    origin,
    type: view.getUint8(5),
    code: view.getUint8(6),
    info: view.getUint32(8, true),
    offender: decodeSockaddr(bytes.subarray(EXTENDED_ERROR_BYTES))?.address,
  };
}
