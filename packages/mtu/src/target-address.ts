import { addressWords, isGroupAddress, isUnspecified } from "@udp/core";
import { MtuError } from "./errors.ts";

/**
 * The address itself, where it is that of one host.
 *
 * @throws MtuError `MTU_BAD_HOST`.
 */
export function requireTargetAddress(address: string): string {
  const words = addressWords(address);
  if (!isGroupAddress(words) && !isUnspecified(words)) return address;
  throw new MtuError(
    "MTU_BAD_HOST",
    `expected the address of one host to measure the way to; ${address} stands for several`,
  );
}
