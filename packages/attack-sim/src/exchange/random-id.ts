import type { Random } from "@udp/core";
import { randomWord } from "@udp/core";

/** A number of so many bits, 0 to 64, each as likely. */
export function randomId(bits: number, random: Random): bigint {
  const words = (BigInt(randomWord(random)) << 32n) | BigInt(randomWord(random));
  return BigInt.asUintN(bits, words);
}
