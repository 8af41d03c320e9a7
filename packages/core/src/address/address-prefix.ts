import type { AddressWords } from "./ip-address.ts";
import { addressFamily, writeAddressWords } from "./ip-address.ts";

/** The addresses that share their leading `lengthBits` bits. IPv4 prefixes count from 96 bits on. */
export interface AddressPrefix {
  readonly network: AddressWords;
  readonly mask: AddressWords;
  /** 0 to 128 bits of the mapped form, so that `10.0.0.0/8` has 104. */
  readonly lengthBits: number;
}

const MAPPED_PREFIX_BITS = 96;
const ALL_ONES = 0xff_ff_ff_ff;

/** Compiles the text of a well-formed prefix, such as `10.0.0.0/8` or `fe80::/10`. */
export function compilePrefix(text: string): AddressPrefix {
  const slash = text.indexOf("/");
  const address = text.slice(0, slash);
  const familyBits = addressFamily(address) === 4 ? MAPPED_PREFIX_BITS : 0;
  const lengthBits = familyBits + Number(text.slice(slash + 1));
  const network = new Uint32Array(4);
  writeAddressWords(address, network);
  return { network, mask: prefixMask(lengthBits), lengthBits };
}

export function isInPrefix(words: AddressWords, { network, mask }: AddressPrefix): boolean {
  for (let index = 0; index < 4; index++) {
    const difference = (words[index] ?? 0) ^ (network[index] ?? 0);
    if ((difference & (mask[index] ?? 0)) !== 0) return false;
  }
  return true;
}

function prefixMask(lengthBits: number): AddressWords {
  return Uint32Array.from({ length: 4 }, (_, index) => wordMask(lengthBits - 32 * index));
}

function wordMask(leadingOnes: number): number {
  if (leadingOnes <= 0) return 0;
  return leadingOnes >= 32 ? ALL_ONES : ALL_ONES << (32 - leadingOnes);
}
