import type { Pointer } from "bun:ffi";
import { ptr } from "bun:ffi";

const MMSGHDR_WORDS = 16; // struct mmsghdr: 64 bytes, see message-header.ts for the first 56
const NAME = 0;
const NAME_BYTES = 2;
const IOVECS = 4;
const IOVEC_COUNT = 6;
const CONTROL = 8;
const CONTROL_BYTES = 10;
const MESSAGE_BYTES = 14;

const IOVEC_WORDS = 4; // struct iovec { u64 base; u64 bytes; }
const IOVEC_BYTES = 16;

/**
 * The headers that `recvmmsg` and `sendmmsg` work on, and their iovecs. Words are written one by one:
 * views of 64 bits take BigInts, which cost more than the rest of a datagram.
 */
export class MessageArray {
  /** Of the first `struct mmsghdr`. */
  readonly address: Pointer;
  readonly #addresses: readonly Pointer[];
  readonly #headers: Uint32Array;
  readonly #iovecs: Uint32Array;
  readonly #iovecsAddress: number;

  constructor(count: number) {
    this.#headers = new Uint32Array(count * MMSGHDR_WORDS);
    this.#iovecs = new Uint32Array(count * IOVEC_WORDS);
    this.address = ptr(this.#headers);
    this.#addresses = Array.from({ length: count }, (_, message) =>
      ptr(this.#headers, message * MMSGHDR_WORDS * 4),
    );
    this.#iovecsAddress = ptr(this.#iovecs);
  }

  setName(message: number, address: number, bytes: number): void {
    this.#setAddress(message * MMSGHDR_WORDS + NAME, address);
    this.#headers[message * MMSGHDR_WORDS + NAME_BYTES] = bytes;
  }

  /** The kernel has said how long the name is; it is to have all of its room again. */
  setNameBytes(message: number, bytes: number): void {
    this.#headers[message * MMSGHDR_WORDS + NAME_BYTES] = bytes;
  }

  setControl(message: number, address: number, bytes: number): void {
    this.#setAddress(message * MMSGHDR_WORDS + CONTROL, address);
    this.#headers[message * MMSGHDR_WORDS + CONTROL_BYTES] = bytes;
  }

  /** As {@link setNameBytes}. */
  setControlBytes(message: number, bytes: number): void {
    this.#headers[message * MMSGHDR_WORDS + CONTROL_BYTES] = bytes;
  }

  controlBytes(message: number): number {
    return this.#headers[message * MMSGHDR_WORDS + CONTROL_BYTES] ?? 0;
  }

  /** The message consists of so many iovecs, from that one on. */
  setIovecs(message: number, first: number, count: number): void {
    this.#setAddress(message * MMSGHDR_WORDS + IOVECS, this.#iovecsAddress + first * IOVEC_BYTES);
    this.#headers[message * MMSGHDR_WORDS + IOVEC_COUNT] = count;
  }

  setIovec(index: number, address: number, bytes: number): void {
    const word = index * IOVEC_WORDS;
    this.#iovecs[word] = address >>> 0;
    this.#iovecs[word + 1] = Math.floor(address / WORD);
    this.#iovecs[word + 2] = bytes;
  }

  /** What `recvmmsg` has received in a message. */
  messageBytes(message: number): number {
    return this.#headers[message * MMSGHDR_WORDS + MESSAGE_BYTES] ?? 0;
  }

  /** Where a header stands, to begin there. */
  addressOf(message: number): Pointer {
    return this.#addresses[message] ?? this.address;
  }

  #setAddress(word: number, address: number): void {
    this.#headers[word] = address >>> 0;
    this.#headers[word + 1] = Math.floor(address / WORD);
  }
}

const WORD = 0x1_00_00_00_00;
