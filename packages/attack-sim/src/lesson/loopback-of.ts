import type { AddressFamily } from "@udp/core";

/** The address that a socket of the lesson has, so that nothing comes to it from outside. */
export function loopbackOf(family: AddressFamily): string {
  return family === 4 ? "127.0.0.1" : "::1";
}
