import type { AddressWords } from "./ip-address.ts";
import { isSingleHost } from "./single-host.ts";

/**
 * What all addresses of one host have in common, as the key of a table: a whole address where it is
 * one host's alone, else the /64. Without it a host could pass for as many as its network has addresses.
 */
export function sourcePrefix(address: AddressWords): string {
  const network = `${address[0]}:${address[1]}`;
  return isSingleHost(address) ? `${network}:${address[2]}:${address[3]}` : network;
}
