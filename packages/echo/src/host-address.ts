import { addressWords, isGroupAddress, isUnspecified } from "@udp/core";
import { EchoError } from "./errors.ts";

/**
 * The address itself, where a server can listen there.
 *
 * @throws EchoError `ECHO_BAD_HOST`.
 */
export function requireLocalAddress(address: string): string {
  if (!isGroupAddress(addressWords(address))) return address;
  throw new EchoError(
    "ECHO_BAD_HOST",
    `expected an address of this host to listen at; ${address} is a multicast or broadcast address`,
  );
}

/**
 * The address itself, where it is that of one host, who can be asked.
 *
 * @throws EchoError `ECHO_BAD_HOST`.
 */
export function requireServerAddress(address: string): string {
  const words = addressWords(address);
  if (!isGroupAddress(words) && !isUnspecified(words)) return address;
  throw new EchoError(
    "ECHO_BAD_HOST",
    `expected the address of one host to ask; ${address} stands for several, and an answer could not be checked`,
  );
}
