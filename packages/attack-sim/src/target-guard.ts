import type { ResolveOptions } from "@udp/core";
import { addressWords, isLoopback, parseAddress, resolveHost } from "@udp/core";
import { AttackSimError } from "./errors.ts";

/**
 * The canonical address of a host that this laboratory may touch: 127.0.0.0/8 or `::1`. Every address
 * that somebody gives the laboratory passes here before a socket is opened. A name is looked up first,
 * by the system's resolver, which may ask the network.
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
 * The address in canonical form, where it is one of the loopback, without a zone.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK`; UdpError `UDP_BAD_ADDRESS`.
 */
export function requireLoopback(text: string): string {
  const address = parseAddress(text);
  if (isLoopback(addressWords(address)) && !address.includes("%")) return address;
  throw new AttackSimError(
    "ATTACK_SIM_NOT_LOOPBACK",
    `this laboratory attacks nothing but itself: expected an address of the loopback (127.0.0.0/8 or ::1); got ${address}`,
  );
}
