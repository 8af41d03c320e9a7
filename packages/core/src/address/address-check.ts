import { UdpError } from "../errors.ts";
import { isGroupAddress, isUnspecified } from "./address-class.ts";
import { addressWords } from "./ip-address.ts";

/**
 * The address itself, where a server can listen there: one of a host, or all of them.
 *
 * @throws UdpError `UDP_BAD_HOST`.
 */
export function checkLocalAddress(address: string): string {
  if (!isGroupAddress(addressWords(address))) return address;
  throw new UdpError(
    "UDP_BAD_HOST",
    `expected an address of this host to listen at; ${address} is a multicast or broadcast address`,
  );
}

/**
 * The address itself, where it is that of one host, who can be asked.
 *
 * @throws UdpError `UDP_BAD_HOST`.
 */
export function checkPeerAddress(address: string): string {
  const words = addressWords(address);
  if (!isGroupAddress(words) && !isUnspecified(words)) return address;
  throw new UdpError(
    "UDP_BAD_HOST",
    `expected the address of one host to ask; ${address} stands for several, and an answer could not be checked`,
  );
}
