/**
 * What became of the claim of a Packet Too Big message. `too-small`: larger packets did arrive.
 * `too-large`: not even smaller than the packet that it refuses. `below-minimum`: less than every
 * link must carry. `plausible`: nothing contradicts it.
 */
export type TooBigClaim = "plausible" | "too-small" | "too-large" | "below-minimum";

/** A Packet Too Big message that quoted a probe of ours. */
export interface TooBigReport {
  /** The size of the probe that was refused. */
  readonly probeBytes: number;
  /** The MTU that the message claims. */
  readonly reportedBytes: number;
  readonly claim: TooBigClaim;
}

/** A router on the path could send any number. */
const MAX_MESSAGES = 256;

/** Hints that may turn out wrong before the others are searched for without hints. */
const MAX_WRONG_HINTS = 3;

interface Message {
  readonly probeBytes: number;
  readonly reportedBytes: number;
}

/** The Packet Too Big messages of one search: where to look next, and which of them lie. */
export class TooBigReports {
  readonly #minBytes: number;
  #messages: Message[] = [];

  constructor(minBytes: number) {
    this.#minBytes = minBytes;
  }

  /** Equal ones are kept once, and no more than 256, so that a router cannot fill the memory. */
  add(message: Message): void {
    if (this.#messages.length >= MAX_MESSAGES) return;
    const isKnown = this.#messages.some(
      ({ probeBytes, reportedBytes }) =>
        probeBytes === message.probeBytes && reportedBytes === message.reportedBytes,
    );
    if (!isKnown) this.#messages.push(message);
  }

  forget(): void {
    this.#messages = [];
  }

  /** Every message with what became of its claim, now that `confirmedBytes` arrived. */
  judge(confirmedBytes: number): readonly TooBigReport[] {
    return this.#messages.map((message) => ({
      ...message,
      claim: claimOf(message, this.#minBytes, confirmedBytes),
    }));
  }

  /**
   * The least size from `confirmedBytes` to below `ceilingBytes` that a message claims to pass;
   * `undefined` where none does, or too many claims were wrong (`isMissing`) already.
   */
  hint(
    confirmedBytes: number,
    ceilingBytes: number,
    isMissing: (bytes: number) => boolean,
  ): number | undefined {
    const sizes = this.judge(confirmedBytes)
      .filter(({ claim }) => claim === "plausible")
      .map(({ reportedBytes }) => reportedBytes);
    if (new Set(sizes.filter(isMissing)).size >= MAX_WRONG_HINTS) return undefined;
    const open = sizes.filter((bytes) => bytes >= confirmedBytes && bytes < ceilingBytes);
    return open.length === 0 ? undefined : Math.min(...open);
  }
}

function claimOf(message: Message, minBytes: number, confirmedBytes: number): TooBigClaim {
  if (message.reportedBytes < minBytes) return "below-minimum";
  if (message.reportedBytes >= message.probeBytes) return "too-large";
  return message.reportedBytes < confirmedBytes ? "too-small" : "plausible";
}
