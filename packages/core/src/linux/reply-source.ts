import type { AddressFamily } from "../address/ip-address.ts";
import { ipOptions } from "./ip-options.ts";

/** `struct in_pktinfo` and `in6_pktinfo`, see packet-info.ts. */
const INFO_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 12, 6: 20 };

/** Where the number of the interface stands in them, in words. */
const INTERFACE: Readonly<Record<AddressFamily, number>> = { 4: 0, 6: 4 };

/** `struct cmsghdr`, see control-message.ts. */
const HEADER_BYTES = 16;
const HEADER_WORDS = 4;

/** The first bytes of fe80::/10 in a word of this machine. */
const LINK_LOCAL = 0x80_fe;
const LINK_LOCAL_MASK = 0xc0_ff;

/**
 * Which addresses the datagrams of a batch were sent to, as control messages that have the replies leave
 * from there: what the kernel said on arrival is, but for the interface, what it takes on sending. On an
 * IPv6 socket that holds for IPv4 as well, whose addresses are then mapped ones.
 */
export class ReplySource {
  /** The length of each of the messages. */
  readonly controlBytes: number;
  readonly #family: AddressFamily;
  readonly #infoWords: number;
  readonly #infos: Uint32Array;
  readonly #header: Uint32Array;

  constructor(family: AddressFamily, count: number) {
    const infoBytes = INFO_BYTES[family];
    const { level, packetInfoMessage } = ipOptions(family);
    this.#family = family;
    this.#infoWords = infoBytes / 4;
    this.#infos = new Uint32Array(count * this.#infoWords);
    this.#header = Uint32Array.of(HEADER_BYTES + infoBytes, 0, level, packetInfoMessage);
    this.controlBytes = HEADER_BYTES + 8 * Math.ceil(infoBytes / 8);
  }

  /** What came with the datagram at that place stands in these words. */
  note(index: number, words: Uint32Array, offset: number): void {
    const start = index * this.#infoWords;
    for (let word = 0; word < this.#infoWords; word++) {
      this.#infos[start + word] = words[offset + word] ?? 0;
    }
    // Where the interface is part of the address it has to be said; else routes decide.
    const isLinkLocal =
      this.#family === 6 && ((words[offset] ?? 0) & LINK_LOCAL_MASK) === LINK_LOCAL;
    if (!isLinkLocal) this.#infos[start + INTERFACE[this.#family]] = 0;
  }

  /** Writes the message for the reply to the datagram at that place. */
  write(index: number, words: Uint32Array, offset: number): void {
    const start = index * this.#infoWords;
    for (let word = 0; word < HEADER_WORDS; word++) words[offset + word] = this.#header[word] ?? 0;
    for (let word = 0; word < this.#infoWords; word++) {
      words[offset + HEADER_WORDS + word] = this.#infos[start + word] ?? 0;
    }
  }

  isSame(index: number, other: number): boolean {
    const [mine, theirs] = [index * this.#infoWords, other * this.#infoWords];
    for (let word = 0; word < this.#infoWords; word++) {
      if (this.#infos[mine + word] !== this.#infos[theirs + word]) return false;
    }
    return true;
  }
}
