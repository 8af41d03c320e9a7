import type { Endpoint } from "../address/endpoint.ts";
import { UdpError } from "../errors.ts";
import type { DatagramSocket } from "./datagram-socket.ts";

/**
 * Sends one datagram, for those who answer strangers: whether the system took it. One that cannot
 * be sent, because its receiver cannot be reached or the socket is closed, is no error of theirs.
 */
export function trySend(socket: DatagramSocket, payload: Uint8Array, to: Endpoint): boolean {
  try {
    return socket.send(payload, to);
  } catch (error) {
    if (error instanceof UdpError) return false;
    throw error;
  }
}
