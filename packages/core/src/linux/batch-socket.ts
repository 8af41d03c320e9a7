import { ptr } from "bun:ffi";
import type { AddressFamily } from "../address/ip-address.ts";
import { BatchArrivals } from "./batch-arrivals.ts";
import { BatchSlot } from "./batch-slot.ts";
import { lastErrorName, libc, systemError } from "./libc.ts";
import { MessageArray } from "./message-array.ts";
import type { SlotPlace } from "./reply-batch.ts";
import { ReplyBatch } from "./reply-batch.ts";
import { ReplySource } from "./reply-source.ts";
import { MAX_SOCKADDR_BYTES } from "./sockaddr.ts";
import { receiveUnicastOnly } from "./socket-options.ts";

/** Datagrams that one call receives at most. */
const BATCH_SIZE = 64;

const MSG_WAITFORONE = 0x1_00_00;

const PAYLOAD_BYTES = 65_535;

/**
 * From one slot's memory to the next. Were it a multiple of the cache's own stride, the beginnings of all slots,
 * which is what most datagrams touch, would share the few lines of one set.
 */
const PAYLOAD_STRIDE = 65_536 + 192;

const NAME_STRIDE = 32;

/** What a {@link BatchSocket} tells beside payload and source; each costs a little for each datagram. */
export interface BatchSocketOptions {
  readonly family: AddressFamily;
  /**
   * Whether replies leave from the address that was asked, as they must where the socket is bound to all
   * addresses. Default `false`: from the one that it is bound to.
   */
  readonly repliesFromDestination?: boolean | undefined;
  /** Whether slots have a `hopLimit`. Default `false`. */
  readonly reportsHopLimit?: boolean | undefined;
  /**
   * Whether slots have an `arrivedAtUnixNs`. Where no socket of this machine asked before, the first datagrams may
   * come without. Default `false`.
   */
  readonly reportsTime?: boolean | undefined;
}

/**
 * Receives and answers datagrams many at a time (recvmmsg, sendmmsg), at the cost of a program in C: those that
 * were sent to an address of this host, from its beginning on. Waits for the first one, a tenth of a second at most
 * where its descriptor is one of `openServerDescriptor`.
 */
export class BatchSocket {
  /** The places of a batch; those below what {@link receive} returned hold datagrams. */
  readonly slots: readonly BatchSlot[];
  readonly #fd: number;
  readonly #family: AddressFamily;
  readonly #messages = new MessageArray(BATCH_SIZE);
  readonly #names = new Uint8Array(BATCH_SIZE * NAME_STRIDE);
  readonly #payloads = new Uint8Array(BATCH_SIZE * PAYLOAD_STRIDE);
  readonly #arrivals: BatchArrivals | undefined;
  readonly #replies: ReplyBatch;
  #receivedCount = 0;

  /** @throws UdpError `UDP_SYSTEM`. */
  constructor(fd: number, options: BatchSocketOptions) {
    const { family, repliesFromDestination = false } = options;
    const { reportsHopLimit = false, reportsTime = false } = options;
    this.#fd = fd;
    this.#family = family;
    const sources = repliesFromDestination ? new ReplySource(family, BATCH_SIZE) : undefined;
    if (repliesFromDestination || reportsHopLimit || reportsTime) {
      const asked = { family, count: BATCH_SIZE, sources, reportsHopLimit, reportsTime };
      this.#arrivals = new BatchArrivals(asked);
    }
    this.slots = Array.from({ length: BATCH_SIZE }, (_, index) => this.#createSlot(index));
    this.#replies = new ReplyBatch(
      fd,
      this.slots.map((slot, index) => this.#place(index, slot)),
      sources,
    );
    this.#arrivals?.ask(fd);
    // After it: of what came before, the kernel may not know where it was sent to.
    receiveUnicastOnly(fd, family);
  }

  /**
   * How many datagrams came; 0 where none did within the wait.
   *
   * @throws UdpError `UDP_SYSTEM` where none will come any more.
   */
  receive(): number {
    this.#reset();
    const count = libc().recvmmsg(
      this.#fd,
      this.#messages.address,
      BATCH_SIZE,
      MSG_WAITFORONE,
      null,
    );
    if (count < 0) checkFailure(lastErrorName());
    this.#receivedCount = Math.max(count, 0);
    for (let index = 0; index < count; index++) this.#fill(index);
    return this.#receivedCount;
  }

  /** The first bytes of a slot's memory are to be sent to where its datagram came from. */
  reply(index: number, bytes: number): void {
    this.#replies.add(index, bytes);
  }

  /** Sends the replies, and returns how many the system took. */
  flush(): number {
    return this.#replies.flush();
  }

  #createSlot(index: number): BatchSlot {
    const name = index * NAME_STRIDE;
    const payload = index * PAYLOAD_STRIDE;
    this.#messages.setName(index, ptr(this.#names) + name, MAX_SOCKADDR_BYTES);
    const control = this.#arrivals?.memoryOf(index);
    if (control) this.#messages.setControl(index, ptr(control), control.byteLength);
    this.#messages.setIovecs(index, index, 1);
    this.#messages.setIovec(index, ptr(this.#payloads) + payload, PAYLOAD_BYTES);
    return new BatchSlot(
      this.#payloads.subarray(payload, payload + PAYLOAD_BYTES),
      this.#names.subarray(name, name + MAX_SOCKADDR_BYTES),
    );
  }

  #place(index: number, slot: BatchSlot): SlotPlace {
    return {
      slot,
      name: ptr(this.#names) + index * NAME_STRIDE,
      nameBytes: this.#family === 4 ? 16 : 28,
      payload: ptr(this.#payloads) + index * PAYLOAD_STRIDE,
    };
  }

  /** Gives the kernel its room back where the last batch has used it. */
  #reset(): void {
    for (let index = 0; index < this.#receivedCount; index++) {
      this.#messages.setNameBytes(index, MAX_SOCKADDR_BYTES);
      if (this.#arrivals) this.#messages.setControlBytes(index, this.#arrivals.bytes);
    }
  }

  #fill(index: number): void {
    const slot = this.slots[index];
    if (slot === undefined) return;
    slot.fill(this.#messages.messageBytes(index));
    this.#arrivals?.read(index, this.#messages.controlBytes(index), slot);
  }
}

/** The wait was over, or a signal ended it; all else would fail again. */
function checkFailure(name: string): void {
  if (name !== "EAGAIN" && name !== "EINTR") throw systemError("recvmmsg", name);
}
