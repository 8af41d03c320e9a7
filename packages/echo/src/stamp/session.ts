import type { StampRequest } from "@udp/core";
import { SequenceWindow } from "@udp/core";

/** How far behind the highest sequence number one may come: as far as networks reorder at 10,000 a second. */
const WINDOW_SIZE = 1024;

/** Sequence numbers have 32 bits; a session may go round. */
const SEQUENCES = 2 ** 32;

/** What a reflector remembers of a session. */
export class StampSession {
  #window = new SequenceWindow(WINDOW_SIZE);
  #latest: bigint | undefined;
  #latestBefore: bigint | undefined;
  #replyCount = 0;

  /**
   * Whether an authentic request is none that was taken before; then it is taken. A sender that begins
   * again with lower numbers is known by its own clock, which is beyond everything that could be replayed.
   */
  take({ sequence, timestamp }: StampRequest): boolean {
    if (!isLater(timestamp, this.#latestBefore)) return false;
    const isCopy = this.#window.note(this.#numberOf(sequence)) !== "first";
    if (isCopy && !isLater(timestamp, this.#latest)) return false;
    if (isCopy) this.#beginAgain(sequence);
    if (isLater(timestamp, this.#latest)) this.#latest = timestamp;
    return true;
  }

  /** Of a stateful reflector: from 0 on, one more for each reply. */
  nextReplySequence(): number {
    const sequence = this.#replyCount;
    this.#replyCount = (sequence + 1) % SEQUENCES;
    return sequence;
  }

  #beginAgain(sequence: number): void {
    this.#window = new SequenceWindow(WINDOW_SIZE);
    this.#window.note(this.#numberOf(sequence));
    this.#latestBefore = this.#latest;
    this.#replyCount = 0;
  }

  /** The one of all numbers with these 32 bits that is nearest to the highest one. */
  #numberOf(sequence: number): number {
    const { highest } = this.#window;
    if (highest < 0) return SEQUENCES + sequence;
    return highest + ((sequence - highest) | 0);
  }
}

/** Of two timestamps of one clock, of whichever format, no further apart than half of what they can say. */
function isLater(timestamp: bigint, than: bigint | undefined): boolean {
  return than === undefined || BigInt.asIntN(64, timestamp - than) > 0n;
}
