import type { AddressFamily } from "../address/ip-address.ts";
import type { ControlMessage } from "./control-message.ts";
import { encodeControlMessage } from "./control-message.ts";
import { ipOptions } from "./ip-options.ts";

/** `struct in_pktinfo` and `in6_pktinfo`, see packet-info.ts, as control messages. */
const CONTROL_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 32, 6: 40 };

const DATA_OFFSET = 16;

/**
 * Which addresses the datagrams of a batch were sent to, as control messages that have the replies leave
 * from there: what the kernel said on arrival is, but for the interface, what it takes on sending. On an
 * IPv6 socket that holds for IPv4 as well, whose addresses are then mapped ones.
 */
export class ReplySource {
  /** The length of each of the messages. */
  readonly controlBytes: number;
  readonly #family: AddressFamily;
  readonly #controls: Uint8Array;
  readonly #words: Uint32Array;

  constructor(family: AddressFamily, count: number) {
    this.controlBytes = CONTROL_BYTES[family];
    this.#family = family;
    this.#controls = new Uint8Array(count * this.controlBytes);
    this.#words = new Uint32Array(this.#controls.buffer);
  }

  /** What came with the datagram at that place. */
  note(index: number, messages: readonly ControlMessage[]): void {
    const { level, packetInfoMessage: type } = ipOptions(this.#family);
    const info = messages.find((message) => message.level === level && message.type === type);
    if (info === undefined) return;
    const data = info.data.slice();
    if (!isLinkLocal(data, this.#family)) clearInterface(data, this.#family);
    this.#controls.set(encodeControlMessage({ level, type, data }), index * this.controlBytes);
  }

  /** The message for the reply to the datagram at that place. */
  controlOf(index: number): Uint8Array {
    return this.#controls.subarray(index * this.controlBytes, (index + 1) * this.controlBytes);
  }

  isSame(index: number, other: number): boolean {
    const words = this.controlBytes / 4;
    for (let word = DATA_OFFSET / 4; word < words; word++) {
      if (this.#words[index * words + word] !== this.#words[other * words + word]) return false;
    }
    return true;
  }
}

/** Where the interface is part of the address, fe80::/10, it has to be said; else routes decide. */
function isLinkLocal(data: Uint8Array, family: AddressFamily): boolean {
  return family === 6 && data[0] === 0xfe && ((data[1] ?? 0) & 0xc0) === 0x80;
}

function clearInterface(data: Uint8Array, family: AddressFamily): void {
  const offset = family === 4 ? 0 : 16;
  data.fill(0, offset, offset + 4);
}
