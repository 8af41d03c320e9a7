import type { ArrivedDatagram, DatagramSource } from "@udp/core";
import { SequenceWindow } from "@udp/core";
import type { PeerCounts } from "./packet.ts";

/** Copies are told from first arrivals among so many numbers: 3 s of probes every 50 µs. */
export const WINDOW_SIZE = 65_536;

/** What the server's socket has lost of anybody's datagrams so far. */
export interface SocketLosses {
  /** Datagrams that its buffer had no room for; `undefined` where nobody counts. */
  readonly droppedCount: number | undefined;
  /** Replies that the system did not take. */
  readonly unsentCount: number;
}

/** One session as its server knows it. */
export class ProbePeer implements DatagramSource {
  readonly sourceAddress: Uint32Array;
  readonly sourcePort: number;
  heardAtNs: number;
  /** Whether its client has asked what came. */
  isClosed = false;
  readonly #window = new SequenceWindow(WINDOW_SIZE);
  readonly #before: SocketLosses;
  #distinctCount = 0;
  #copyCount = 0;
  #replyCount = 0;
  #refusedCount = 0;
  #undecidedCount = 0;

  /** @param before what the socket had lost when the session began. */
  constructor({ sourceAddress, sourcePort }: DatagramSource, before: SocketLosses, nowNs: number) {
    this.sourceAddress = sourceAddress.slice();
    this.sourcePort = sourcePort;
    this.heardAtNs = nowNs;
    this.#before = before;
  }

  isFrom({ sourceAddress, sourcePort }: ArrivedDatagram): boolean {
    return (
      sourcePort === this.sourcePort &&
      sourceAddress.every((word, index) => word === this.sourceAddress[index])
    );
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

  /** @param now what the socket has lost by now. */
  counts(now: SocketLosses): PeerCounts {
    const { droppedCount } = this.#before;
    const isDropKnown = droppedCount !== undefined && now.droppedCount !== undefined;
    return {
      distinctCount: this.#distinctCount,
      copyCount: this.#copyCount,
      replyCount: this.#replyCount,
      refusedCount: this.#refusedCount,
      undecidedCount: this.#undecidedCount,
      droppedCount: isDropKnown ? now.droppedCount - droppedCount : undefined,
      unsentCount: now.unsentCount - this.#before.unsentCount,
    };
  }
}
