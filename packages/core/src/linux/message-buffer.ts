import type { Pointer } from "bun:ffi";
import { ptr } from "bun:ffi";
import type { Span } from "./message-header.ts";
import { MESSAGE_HEADER_BYTES, readMessageHeader, writeMessageHeader } from "./message-header.ts";
import { MAX_SOCKADDR_BYTES } from "./sockaddr.ts";

const NAME_OFFSET = MESSAGE_HEADER_BYTES;
const CONTROL_OFFSET = NAME_OFFSET + Math.ceil(MAX_SOCKADDR_BYTES / 8) * 8;
const CONTROL_BYTES = 256; // packet info, hop limit, traffic class, a time and an error take 216

/** What is to be sent; spans that are left out are empty. */
export interface OutgoingMessage {
  readonly payload: Uint8Array;
  readonly name: Uint8Array | undefined;
  readonly control: Uint8Array | undefined;
}

/** The memory that `sendmsg` and `recvmsg` work on: header, other end and control messages. */
export class MessageBuffer {
  /** Of the `struct msghdr`. */
  readonly address: Pointer;
  readonly #memory: Uint8Array;
  readonly #header: DataView;
  /** Held while the kernel knows its address. */
  #payload: Uint8Array | undefined;

  constructor() {
    const memory = new ArrayBuffer(CONTROL_OFFSET + CONTROL_BYTES);
    this.#memory = new Uint8Array(memory);
    this.#header = new DataView(memory);
    this.address = ptr(this.#memory);
  }

  /** Makes the header say: send this. */
  load({ payload, name, control }: OutgoingMessage): void {
    this.#write(payload, {
      name: this.#place(name, NAME_OFFSET),
      control: this.#place(control, CONTROL_OFFSET),
    });
  }

  /** Makes the header say: there is room for everything, and for so large a payload. */
  empty(payload: Uint8Array): void {
    this.#write(payload, {
      name: { address: this.address + NAME_OFFSET, byteLength: MAX_SOCKADDR_BYTES },
      control: { address: this.address + CONTROL_OFFSET, byteLength: CONTROL_BYTES },
    });
  }

  /** The other end, as `recvmsg` wrote it. */
  get name(): Uint8Array {
    const { nameBytes } = readMessageHeader(this.#header);
    return this.#memory.subarray(NAME_OFFSET, NAME_OFFSET + nameBytes);
  }

  /** The control messages, as `recvmsg` wrote them. */
  get control(): Uint8Array {
    const { controlBytes } = readMessageHeader(this.#header);
    return this.#memory.subarray(CONTROL_OFFSET, CONTROL_OFFSET + controlBytes);
  }

  #place(bytes: Uint8Array | undefined, offset: number): Span {
    if (bytes === undefined) return NOWHERE;
    this.#memory.set(bytes, offset);
    return { address: this.address + offset, byteLength: bytes.byteLength };
  }

  #write(payload: Uint8Array, spans: { readonly name: Span; readonly control: Span }): void {
    this.#payload = payload;
    writeMessageHeader(this.#header, this.address, { ...spans, payload: spanOf(this.#payload) });
  }
}

const NOWHERE: Span = { address: 0, byteLength: 0 };

function spanOf(bytes: Uint8Array): Span {
  return bytes.byteLength === 0 ? NOWHERE : { address: ptr(bytes), byteLength: bytes.byteLength };
}
