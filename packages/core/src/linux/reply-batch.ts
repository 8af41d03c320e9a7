import { ptr } from "bun:ffi";
import type { BatchSlot } from "./batch-slot.ts";
import { lastErrorName, libc, MSG_DONTWAIT, socketOptionNumber } from "./libc.ts";
import { MessageArray } from "./message-array.ts";
import type { ReplySource } from "./reply-source.ts";
import { SingleDestinations } from "./single-destinations.ts";

/** A slot, and where its memory lies. */
export interface SlotPlace {
  readonly slot: BatchSlot;
  readonly name: number;
  readonly nameBytes: number;
  readonly payload: number;
}

/** What older kernels join at most. */
const MAX_SEGMENTS = 64;

/** With headers no more than 1280 bytes, which every link carries that has IPv6: segments are never cut. */
const MAX_SEGMENT_BYTES = 1232;

/** What one datagram could carry, as all segments together must fit into one. */
const MAX_TRAIN_BYTES = 65_507;

const IPPROTO_UDP = 17;
const UDP_SEGMENT = 103;

/** `struct cmsghdr` of UDP_SEGMENT, with the length of a segment behind it: see control-message.ts. */
const SEGMENT_CONTROL_BYTES = 24;
const SEGMENT_CONTROL = Uint32Array.of(18, 0, IPPROTO_UDP, UDP_SEGMENT, 0, 0);
const SEGMENT_BYTES_WORD = 4;

const CONTROL_STRIDE = 64;

/**
 * Replies that are sent by one call. Those that follow each other to one endpoint and are of one length (the last
 * may be shorter) are one message, which the kernel cuts into datagrams (UDP_SEGMENT): its way through the
 * network's layers is then made once.
 */
export class ReplyBatch {
  readonly #fd: number;
  readonly #places: readonly SlotPlace[];
  readonly #sources: ReplySource | undefined;
  readonly #messages: MessageArray;
  readonly #controlWords: Uint32Array;
  readonly #controlsAddress: number;
  /** Of each message: its first iovec, and how many follow; an iovec is a datagram. */
  readonly #firstIovec: Uint32Array;
  readonly #iovecCount: Uint32Array;
  readonly #slotOfIovec: Uint32Array;
  readonly #canSegment: boolean;
  readonly #singles = new SingleDestinations();
  #messageCount = 0;
  #datagramCount = 0;
  #lastSlot: BatchSlot | undefined;
  #segmentBytes = 0;
  #trainBytes = 0;
  #isTrainOver = true;
  /** One wait for room is enough for a batch: each message of it would wait by itself. */
  #sendFlags = 0;

  constructor(fd: number, places: readonly SlotPlace[], sources: ReplySource | undefined) {
    const count = places.length;
    this.#fd = fd;
    this.#places = places;
    this.#sources = sources;
    // A kernel that does not know it (before Linux 4.18) would send all segments as one datagram.
    this.#canSegment = socketOptionNumber(fd, IPPROTO_UDP, UDP_SEGMENT) !== undefined;
    this.#messages = new MessageArray(count);
    this.#controlWords = new Uint32Array((count * CONTROL_STRIDE) / 4);
    this.#controlsAddress = ptr(this.#controlWords);
    this.#firstIovec = new Uint32Array(count);
    this.#iovecCount = new Uint32Array(count);
    this.#slotOfIovec = new Uint32Array(count);
  }

  /** The first bytes at a place are to be sent to where its datagram came from. */
  add(index: number, bytes: number): void {
    const place = this.#places[index];
    if (place === undefined) return;
    const iovec = this.#datagramCount++;
    this.#slotOfIovec[iovec] = index;
    this.#messages.setIovec(iovec, place.payload, bytes);
    if (this.#joins(index, place.slot, bytes)) this.#extend(bytes);
    else this.#begin(iovec, place, bytes);
    this.#lastSlot = place.slot;
  }

  /** Sends what was added, and returns how many datagrams the system took. */
  flush(): number {
    for (let message = 0; message < this.#messageCount; message++) this.#seal(message);
    let takenCount = 0;
    for (let message = 0; message < this.#messageCount; ) {
      const sentCount = this.#send(message, this.#messageCount - message);
      for (let sent = 0; sent < sentCount; sent++) takenCount += this.#iovecCount[message++] ?? 0;
      if (message === this.#messageCount) break;
      this.#sendFlags = MSG_DONTWAIT;
      if (sentCount <= 0) takenCount += this.#sendSingly(message++);
    }
    this.#messageCount = 0;
    this.#datagramCount = 0;
    this.#isTrainOver = true;
    this.#sendFlags = 0;
    this.#singles.passBatch();
    return takenCount;
  }

  #joins(index: number, slot: BatchSlot, bytes: number): boolean {
    if (this.#isTrainOver || !this.#canSegment || this.#lastSlot === undefined) return false;
    const last = this.#slotOfIovec[this.#datagramCount - 2] ?? 0;
    return (
      bytes > 0 &&
      bytes <= this.#segmentBytes &&
      this.#trainBytes + bytes <= MAX_TRAIN_BYTES &&
      (this.#iovecCount[this.#messageCount - 1] ?? 0) < MAX_SEGMENTS &&
      slot.isFromSourceOf(this.#lastSlot) &&
      this.#sources?.isSame(index, last) !== false
    );
  }

  #extend(bytes: number): void {
    const message = this.#messageCount - 1;
    this.#iovecCount[message] = (this.#iovecCount[message] ?? 0) + 1;
    this.#trainBytes += bytes;
    this.#isTrainOver = bytes < this.#segmentBytes;
  }

  #begin(iovec: number, { slot, name, nameBytes }: SlotPlace, bytes: number): void {
    const message = this.#messageCount++;
    this.#firstIovec[message] = iovec;
    this.#iovecCount[message] = 1;
    this.#messages.setName(message, name, nameBytes);
    this.#segmentBytes = bytes;
    this.#trainBytes = bytes;
    this.#isTrainOver =
      bytes === 0 || bytes > MAX_SEGMENT_BYTES || this.#singles.has(slot.sourceAddress);
    const control = message * CONTROL_STRIDE + this.#sourceBytes;
    this.#controlWords.set(SEGMENT_CONTROL, control / 4);
    this.#controlWords[control / 4 + SEGMENT_BYTES_WORD] = bytes;
  }

  get #sourceBytes(): number {
    return this.#sources?.controlBytes ?? 0;
  }

  /** Everything that is known only once the message is whole. */
  #seal(message: number): void {
    const first = this.#firstIovec[message] ?? 0;
    const count = this.#iovecCount[message] ?? 0;
    this.#messages.setIovecs(message, first, count);
    this.#control(message, first, count > 1 ? SEGMENT_CONTROL_BYTES : 0);
  }

  #control(message: number, firstIovec: number, segmentControlBytes: number): void {
    const start = message * CONTROL_STRIDE;
    this.#sources?.write(this.#slotOfIovec[firstIovec] ?? 0, this.#controlWords, start / 4);
    const bytes = this.#sourceBytes + segmentControlBytes;
    this.#messages.setControl(message, bytes === 0 ? 0 : this.#controlsAddress + start, bytes);
  }

  #send(message: number, count: number): number {
    return libc().sendmmsg(this.#fd, this.#messages.addressOf(message), count, this.#sendFlags);
  }

  /** A message that the system did not take, datagram by datagram: those of which it takes none are lost. */
  #sendSingly(message: number): number {
    const count = this.#iovecCount[message] ?? 0;
    const first = this.#firstIovec[message] ?? 0;
    if (count > 1) this.#noteRefusal(first);
    this.#control(message, first, 0);
    let takenCount = 0;
    for (let iovec = first; iovec < first + count; iovec++) {
      this.#messages.setIovecs(message, iovec, 1);
      if (count > 1 && this.#send(message, 1) === 1) takenCount++;
    }
    return takenCount;
  }

  /** The way there may carry no joined datagrams; everything else hits a single datagram too. */
  #noteRefusal(iovec: number): void {
    const place = this.#places[this.#slotOfIovec[iovec] ?? 0];
    if (place === undefined || !CANNOT_SEGMENT.has(lastErrorName())) return;
    this.#singles.add(place.slot.sourceAddress);
  }
}

const CANNOT_SEGMENT: ReadonlySet<string> = new Set(["EINVAL", "EIO", "EMSGSIZE"]);
