import type { AddressWords } from "@udp/core";
import { addressWords } from "@udp/core";
import type { InterfaceAddress, NetworkInterface } from "./network-interface.ts";

const WORD_BITS = 32;
/** IPv4 addresses stand in the last of four words. */
const MAPPED_PREFIX_BITS = 96;

/** The networks that this host is on, and its addresses there. */
export class OwnNetworks {
  readonly #addresses: ReadonlySet<string>;
  readonly #networks: readonly Prefix[];

  constructor(interfaces: readonly NetworkInterface[]) {
    const addresses = interfaces.flatMap((one) => one.addresses);
    this.#addresses = new Set(addresses.map(({ address }) => address));
    this.#networks = addresses.map(network);
  }

  /** Whether a canonical address is one of this host; link-local ones with their zone. */
  isOwn(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Whether an address is on one of the networks. */
  include(address: AddressWords): boolean {
    return this.#networks.some((prefix) => matches(address, prefix));
  }
}

interface Prefix {
  readonly words: AddressWords;
  readonly bits: number;
}

function network({ address, family, prefixLength }: InterfaceAddress): Prefix {
  const bits = family === 4 ? MAPPED_PREFIX_BITS + prefixLength : prefixLength;
  return { words: addressWords(address), bits };
}

function matches(address: AddressWords, { words, bits }: Prefix): boolean {
  return words.every((word, index) => {
    const shared = Math.min(Math.max(bits - WORD_BITS * index, 0), WORD_BITS);
    const difference = ((address[index] ?? 0) ^ word) >>> 0;
    return shared === 0 || difference >>> (WORD_BITS - shared) === 0;
  });
}
