import type { Random } from "@udp/core";
import { randomIdentifier } from "@udp/core";

/** A number of so many bits, 0 to 64, each as likely. */
export function randomId(bits: number, random: Random): bigint {
  return BigInt.asUintN(bits, randomIdentifier(random));
}
