import type { Endpoint } from "@udp/core";
import type { BatchSlot } from "@udp/core/linux";
import { decodeSockaddr } from "@udp/core/linux";
import type { EchoRefusal } from "../responder.ts";
import { echoRefusals } from "../responder.ts";
import type { EchoRequest } from "../server.ts";

/**
 * ```text
 * 0 head   4 tail   8 is the reader asleep   16 untold count, a double   32 records
 * ```
 *
 * A record is a multiple of 8 bytes. It begins below {@link RING_BYTES} and may end beyond; the next one is then
 * at 0. Where head and tail are equal, there is none.
 *
 * ```text
 * 0 payload bytes   4 outcome   8 source, a struct sockaddr   40 payload
 * ```
 */
const HEAD = 0;
const TAIL = 1;
const IS_ASLEEP = 2;
const UNTOLD = 2;

const RECORDS = 32;
const RING_BYTES = 1_048_576;
const SOURCE = 8;
const PAYLOAD = 40;
const MAX_RECORD_BYTES = 65_576;

/** The outcome of a request that was answered; refusals count from 1 on. */
const ANSWERED = 0;

/** What a ring of requests lies in: room for some ten thousand small ones. */
export function createRingMemory(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(RECORDS + RING_BYTES + MAX_RECORD_BYTES);
  new Int32Array(memory, 0, RECORDS / 4)[IS_ASLEEP] = 1;
  return memory;
}

/** The thread's end of a ring: notes requests, and waits for nobody. What it has no room for is counted. */
export class RequestWriter {
  readonly #control: Int32Array;
  readonly #untold: Float64Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  #head = 0;
  /** Where the next record begins, if the one at the head is one. */
  #next = 0;

  /** @param memory what {@link createRingMemory} made. */
  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, RECORDS / 4);
    this.#untold = new Float64Array(memory, 0, RECORDS / 8);
    this.#words = new Int32Array(memory, RECORDS);
    this.#bytes = new Uint8Array(memory, RECORDS);
  }

  /** A request, before it is answered: the answer may take its place. */
  begin({ payload, sockaddr }: Pick<BatchSlot, "payload" | "sockaddr">): void {
    const end = this.#head + recordBytes(payload.byteLength);
    if (!this.#hasRoomUntil(end)) {
      this.#untold[UNTOLD] = (this.#untold[UNTOLD] ?? 0) + 1;
      return;
    }
    this.#words[this.#head / 4] = payload.byteLength;
    this.#bytes.set(sockaddr, this.#head + SOURCE);
    this.#bytes.set(payload, this.#head + PAYLOAD);
    this.#next = end < RING_BYTES ? end : 0;
  }

  /** What became of it. */
  end(outcome: number | EchoRefusal): void {
    if (this.#next === this.#head) return;
    this.#words[this.#head / 4 + 1] =
      typeof outcome === "number" ? ANSWERED : echoRefusals.indexOf(outcome) + 1;
    this.#head = this.#next;
  }

  /** Shows the reader what came since. Returns whether it is asleep, and must be woken. */
  publish(): boolean {
    if (Atomics.load(this.#control, HEAD) === this.#head) return false;
    Atomics.store(this.#control, HEAD, this.#head);
    return Atomics.exchange(this.#control, IS_ASLEEP, 0) !== 0;
  }

  #hasRoomUntil(end: number): boolean {
    const tail = Atomics.load(this.#control, TAIL);
    if (this.#head < tail) return end < tail;
    return end < RING_BYTES || tail > 0;
  }
}

/** The other end. */
export class RequestReader {
  readonly #control: Int32Array;
  readonly #untold: Float64Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  #tail = 0;

  /** @param memory what {@link createRingMemory} made. */
  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, RECORDS / 4);
    this.#untold = new Float64Array(memory, 0, RECORDS / 8);
    this.#words = new Int32Array(memory, RECORDS);
    this.#bytes = new Uint8Array(memory, RECORDS);
  }

  /** The next request; `undefined` where there is none, whereupon the writer has to wake who reads. */
  next(): EchoRequest | undefined {
    if (this.#isEmpty()) {
      Atomics.store(this.#control, IS_ASLEEP, 1);
      // One may have come before the writer could know.
      if (this.#isEmpty() || Atomics.exchange(this.#control, IS_ASLEEP, 0) === 0) return undefined;
    }
    const request = this.#read();
    Atomics.store(this.#control, TAIL, this.#tail);
    return request;
  }

  /** Requests that there was no room for so far. */
  get untoldCount(): number {
    return this.#untold[UNTOLD] ?? 0;
  }

  #isEmpty(): boolean {
    return Atomics.load(this.#control, HEAD) === this.#tail;
  }

  #read(): EchoRequest {
    const start = this.#tail;
    const payloadBytes = this.#words[start / 4] ?? 0;
    const outcome = this.#words[start / 4 + 1] ?? ANSWERED;
    const end = start + recordBytes(payloadBytes);
    this.#tail = end < RING_BYTES ? end : 0;
    return {
      from: decodeSockaddr(this.#bytes.slice(start + SOURCE, start + PAYLOAD)) ?? NOWHERE,
      payload: this.#bytes.slice(start + PAYLOAD, start + PAYLOAD + payloadBytes),
      refusal: outcome === ANSWERED ? undefined : echoRefusals[outcome - 1],
    };
  }
}

/** The kernel names a source for each datagram. */
const NOWHERE: Endpoint = { address: "::", port: 0 };

function recordBytes(payloadBytes: number): number {
  return PAYLOAD + Math.ceil(payloadBytes / 8) * 8;
}
