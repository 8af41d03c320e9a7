import type { Endpoint } from "../address/endpoint.ts";
import type { SocketErrorCode } from "../errors.ts";
import { UdpError } from "../errors.ts";
import type { DatagramSocket } from "./datagram-socket.ts";

/** What the network, or the end of the socket, may do to a datagram. */
const MISFORTUNES: ReadonlySet<string> = new Set([
  "UDP_REFUSED",
  "UDP_UNREACHABLE",
  "UDP_TOO_LARGE",
  "UDP_PERMISSION",
  "UDP_CLOSED",
  "UDP_SYSTEM",
] satisfies SocketErrorCode[]);

/**
 * Sends one datagram, for those who answer strangers: whether the system took it. That a receiver
 * cannot be reached, a datagram is too large for the way there, or the socket is closed, is no error
 * of theirs.
 *
 * @throws UdpError for the caller's mistakes: `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`.
 */
export function trySend(socket: DatagramSocket, payload: Uint8Array, to: Endpoint): boolean {
  try {
    return socket.send(payload, to);
  } catch (error) {
    if (error instanceof UdpError && MISFORTUNES.has(error.code)) return false;
    throw error;
  }
}
