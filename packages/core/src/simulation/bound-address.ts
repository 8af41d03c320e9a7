import { addressFamily } from "../address/ip-address.ts";

/** Whether a socket bound to `bound` receives what is sent to `address`; `::` is dual-stack. */
export function covers(bound: string, address: string): boolean {
  if (bound === "0.0.0.0") return addressFamily(address) === 4;
  return bound === "::" || bound === address;
}

/** Whether two sockets bound to these addresses cannot share a port. */
export function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

/** Whether the address stands for every address of the host. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
