import type { ResolveOptions } from "@udp/core";
import { addressWords, isLoopback, resolveHost } from "@udp/core";
import { AttackSimError } from "./errors.ts";

/**
 * The canonical address of a host that this laboratory may touch: 127.0.0.0/8 or `::1`. Every address
 * that a socket of the laboratory sends to, receives at or names as a source has passed here.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK` where any address of the host is another one;
 * UdpError `UDP_BAD_ADDRESS`, `UDP_NAME_NOT_FOUND`; the signal's reason where it is aborted.
 */
export async function loopbackAddress(host: string, options: ResolveOptions = {}): Promise<string> {
  const addresses = await resolveHost(host, options);
  const [first = ""] = addresses.map(requireLoopback);
  return first;
}

/**
 * The canonical address itself, where it is one of the loopback.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK`.
 */
export function requireLoopback(address: string): string {
  if (isLoopback(addressWords(address))) return address;
  throw new AttackSimError(
    "ATTACK_SIM_NOT_LOOPBACK",
    `this laboratory attacks nothing but itself: expected an address of the loopback (127.0.0.0/8 or ::1); got ${address}`,
  );
}
