import type { ArrivedDatagram } from "../guard/arrived-datagram.ts";
import { AF_INET } from "./sockaddr.ts";

const MAPPED_PREFIX = 0xff_ff;

/** The place of one datagram in a batch, used again for each batch. Valid until the next one is received. */
export class BatchSlot implements ArrivedDatagram {
  /** What came. */
  payload: Uint8Array;
  readonly sourceAddress: Uint32Array = new Uint32Array(4);
  sourcePort = 0;
  hopLimit: number | undefined;
  arrivedAtUnixNs: bigint | undefined;
  /** All of its memory, in which `payload` lies; an answer may be written to it. */
  readonly memory: Uint8Array;
  /** Its source as the kernel writes it, for `decodeSockaddr`. */
  readonly sockaddr: Uint8Array;
  readonly #sockaddrView: DataView;

  constructor(memory: Uint8Array, sockaddr: Uint8Array) {
    this.memory = memory;
    this.payload = memory.subarray(0, 0);
    this.sockaddr = sockaddr;
    this.#sockaddrView = new DataView(sockaddr.buffer, sockaddr.byteOffset, sockaddr.byteLength);
  }

  /** The kernel has filled its memory with so many bytes, and its socket address. */
  fill(bytes: number): void {
    // Most datagrams are as long as the one before, and a view takes its time.
    if (bytes !== this.payload.byteLength) this.payload = this.memory.subarray(0, bytes);
    const view = this.#sockaddrView;
    const words = this.sourceAddress;
    this.sourcePort = view.getUint16(2);
    if (view.getUint16(0, true) === AF_INET) {
      words[0] = 0;
      words[1] = 0;
      words[2] = MAPPED_PREFIX;
      words[3] = view.getUint32(4);
      return;
    }
    words[0] = view.getUint32(8);
    words[1] = view.getUint32(12);
    words[2] = view.getUint32(16);
    words[3] = view.getUint32(20);
  }

  /** Whether both came from one endpoint. Link-local ones are told apart by their interfaces as well. */
  isFromSourceOf(other: BatchSlot): boolean {
    const [mine, theirs] = [this.#sockaddrView, other.#sockaddrView];
    return (
      mine.getUint32(0) === theirs.getUint32(0) &&
      this.sourceAddress[3] === other.sourceAddress[3] &&
      this.sourceAddress[2] === other.sourceAddress[2] &&
      this.sourceAddress[1] === other.sourceAddress[1] &&
      this.sourceAddress[0] === other.sourceAddress[0] &&
      mine.getUint32(24) === theirs.getUint32(24)
    );
  }
}
