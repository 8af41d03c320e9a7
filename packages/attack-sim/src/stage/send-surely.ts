import type { Endpoint } from "@udp/core";
import type { MessageSocket } from "@udp/core/linux";
import { datagramsLost } from "../errors.ts";

/**
 * Sends on the loopback, where what the system does not take means that nothing is measured.
 *
 * @throws AttackSimError `ATTACK_SIM_LOST`.
 */
export function sendSurely(socket: MessageSocket, payload: Uint8Array, to?: Endpoint): void {
  if (socket.send(payload, { to }) !== "sent") throw datagramsLost();
}
