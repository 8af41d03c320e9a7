import type { Endpoint } from "../address/endpoint.ts";
import type { SocketErrorCode } from "../errors.ts";
import { UdpError } from "../errors.ts";
import type { DatagramSocket, OutgoingDatagram } from "./datagram-socket.ts";

/**
 * What became of a datagram at this host.
 * `sent`: the system took it.
 * `too-large`: larger than what the protocol, or the interface, carries.
 * `no-room`: the system's buffer, or the interface's queue, is full.
 * `unsent`: there is no way to the receiver, or the socket is closed.
 */
export type Delivery = "sent" | "too-large" | "no-room" | "unsent";

/** What the network, or the end of the socket, may do to a datagram. */
const MISFORTUNES: ReadonlyMap<SocketErrorCode, Delivery> = new Map([
  ["UDP_TOO_LARGE", "too-large"],
  ["UDP_REFUSED", "unsent"],
  ["UDP_UNREACHABLE", "unsent"],
  ["UDP_PERMISSION", "unsent"],
  ["UDP_CLOSED", "unsent"],
  ["UDP_SYSTEM", "unsent"],
]);

/**
 * Sends one datagram, for those who answer strangers: that it does not leave is no error of theirs.
 *
 * @param to left out on a connected socket.
 * @throws UdpError for the caller's mistakes: `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`.
 */
export function deliver(socket: DatagramSocket, payload: Uint8Array, to?: Endpoint): Delivery {
  try {
    return socket.send(payload, to) ? "sent" : "no-room";
  } catch (error) {
    const misfortune = error instanceof UdpError ? MISFORTUNES.get(error.code) : undefined;
    if (misfortune === undefined) throw error;
    return misfortune;
  }
}

/**
 * As {@link deliver}: whether the system took the datagram.
 *
 * @throws UdpError as {@link deliver}.
 */
export function trySend(socket: DatagramSocket, payload: Uint8Array, to?: Endpoint): boolean {
  return deliver(socket, payload, to) === "sent";
}

/** As {@link trySend}; a connected socket knows where. */
export function trySendOutgoing(
  socket: DatagramSocket,
  { payload, to }: OutgoingDatagram,
): boolean {
  return trySend(socket, payload, socket.remote === undefined ? to : undefined);
}
