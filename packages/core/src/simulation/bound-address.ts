import { addressFamily } from "../address/ip-address.ts";

/** Where a socket is bound; `::` is dual-stack unless `ipv6Only`. */
export interface BoundAddress {
  readonly address: string;
  readonly ipv6Only: boolean;
}

/** Whether a socket bound there receives what is sent to `address`. */
export function covers(bound: BoundAddress, address: string): boolean {
  if (bound.address === "0.0.0.0") return addressFamily(address) === 4;
  if (bound.address === "::") return !bound.ipv6Only || addressFamily(address) === 6;
  return bound.address === address;
}

/** Whether two sockets bound to these addresses cannot share a port. */
export function overlap(one: BoundAddress, other: BoundAddress): boolean {
  return covers(one, other.address) || covers(other, one.address);
}

/** Whether the address stands for every address of the host. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
