import type { ArrivedDatagram, DatagramSource } from "@udp/core";
import { SequenceWindow } from "@udp/core";
import type { PeerCounts } from "./peer-counts.ts";

/** Copies are told from first arrivals among so many numbers: 3 s of probes every 50 µs. */
export const WINDOW_SIZE = 65_536;

/** What the server's socket has met with so far, whoever it was from. */
export interface SocketCounts {
  /** Datagrams that arrived. */
  readonly receivedCount: number;
  /** Datagrams that its buffer had no room for; `undefined` where nobody counts. */
  readonly droppedCount: number | undefined;
  /** Replies that the system did not take. */
  readonly unsentCount: number;
}

/** One session as its server knows it. */
export class ProbePeer implements DatagramSource {
  readonly sourceAddress: Uint32Array;
  readonly sourcePort: number;
  readonly #window = new SequenceWindow(WINDOW_SIZE);
  readonly #before: SocketCounts;
  #distinctCount = 0;
  #copyCount = 0;
  #replyCount = 0;
  #refusedCount = 0;
  #undecidedCount = 0;
  #heardCount = 0;

  /** @param before what the socket had met with when the session began, its first datagram included. */
  constructor({ sourceAddress, sourcePort }: DatagramSource, before: SocketCounts) {
    this.sourceAddress = sourceAddress.slice();
    this.sourcePort = sourcePort;
    this.#before = before;
  }

  isFrom({ sourceAddress, sourcePort }: ArrivedDatagram): boolean {
    return (
      sourcePort === this.sourcePort &&
      sourceAddress.every((word, index) => word === this.sourceAddress[index])
    );
  }

  /** Something of the session came. */
  countHeard(): void {
    this.#heardCount++;
  }

  /** A probe came. */
  count(number: number): void {
    this.#copyCount++;
    const novelty = this.#window.note(number);
    if (novelty === "first") this.#distinctCount++;
    if (novelty === "undecided") this.#undecidedCount++;
  }

  countRefusal(): void {
    this.#refusedCount++;
  }

  /** The number of the reply that is sent now. */
  nextReplyNumber(): number {
    return this.#replyCount++;
  }

  /** @param now what the socket has met with by now. */
  counts(now: SocketCounts): PeerCounts {
    const { receivedCount, droppedCount, unsentCount } = this.#before;
    const isDropKnown = droppedCount !== undefined && now.droppedCount !== undefined;
    return {
      distinctCount: this.#distinctCount,
      copyCount: this.#copyCount,
      replyCount: this.#replyCount,
      refusedCount: this.#refusedCount,
      undecidedCount: this.#undecidedCount,
      droppedCount: isDropKnown ? now.droppedCount - droppedCount : undefined,
      unsentCount: now.unsentCount - unsentCount,
      foreignCount: now.receivedCount - receivedCount - this.#heardCount,
    };
  }
}
