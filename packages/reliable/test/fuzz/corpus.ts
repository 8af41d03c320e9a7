import type { Random } from "@udp/core";
import { below } from "./mutations.ts";

const CAPACITY = 64;

/** The datagrams that were sent last, to make others of. */
export class Corpus {
  readonly #random: Random;
  readonly #datagrams: Uint8Array[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  add(bytes: Uint8Array): void {
    if (this.#datagrams.length < CAPACITY) this.#datagrams.push(bytes);
    else this.#datagrams[below(this.#random, CAPACITY)] = bytes;
  }

  /** One of them, empty where there is none yet. */
  draw(): Uint8Array {
    return this.#datagrams[below(this.#random, this.#datagrams.length)] ?? new Uint8Array();
  }
}
