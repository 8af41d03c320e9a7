import { Column } from "./column.ts";
import type { JudgedReply } from "./protocol.ts";

/**
 * So many datagrams are kept, each by itself: 10 million take 0.8 GB, and several times as much while their
 * report is made.
 */
export const MAX_SAMPLES = 10_000_000;

/** Times of one datagram on the way out, in nanoseconds of one clock. */
export interface Departure {
  readonly intendedAtNs: number;
  /** Before the call that sent it. */
  readonly sentAtNs: number;
  /** After it. */
  readonly returnedAtNs: number;
}

/** When a datagram came. */
export interface ReplyArrival {
  /** To this program. */
  readonly atNs: number;
  /** To this host, in nanoseconds of UNIX time, where the kernel says so. */
  readonly arrivedAtUnixNs?: bigint | undefined;
}

/** What datagrams had left of their TTL or hop limit where they arrived: of one path all the same. */
export interface HopLimitRange {
  readonly min: number;
  readonly max: number;
}

/** What {@link ProbeSamples} holds, as plain data; every array but `arrivals` is by the datagram's number. */
export interface SampleArrays {
  readonly intendedAtNs: Float64Array;
  readonly sentAtNs: Float64Array;
  readonly sendCallNs: Float64Array;
  /** NaN where no reply came. */
  readonly receivedAtNs: Float64Array;
  /** By this host's time of day, after `originUnixNs`; NaN where the kernel did not say. */
  readonly kernelSentAtNs: Float64Array;
  readonly kernelReceivedAtNs: Float64Array;
  readonly originUnixNs: bigint | undefined;
  /** By the far end's clock, after `peerOriginUnixNs`; NaN where it did not say. */
  readonly peerReceivedAtNs: Float64Array;
  readonly peerSentAtNs: Float64Array;
  readonly peerOriginUnixNs: bigint | undefined;
  /** Whether the far end has said with every reply that its clock is synchronised. */
  readonly isPeerSynchronised: boolean;
  /** At the far end; `undefined` where it does not say. Our server says so with `stamp` only. */
  readonly peerHopLimits: HopLimitRange | undefined;
  /** Replies beyond the first, by datagram. */
  readonly extraReplies: ReadonlyMap<number, number>;
  /** Numbers of datagrams, in the order in which their first replies came. */
  readonly arrivals: Float64Array;
}

/** What is known of every datagram of a run, by its number. Times are of the clock that is handed in. */
export class ProbeSamples {
  readonly #intendedAtNs: Column;
  readonly #sentAtNs: Column;
  readonly #sendCallNs: Column;
  readonly #receivedAtNs: Column;
  readonly #peerReceivedAtNs: Column;
  readonly #peerSentAtNs: Column;
  readonly #arrivals: Column;
  readonly #extraReplies = new Map<number, number>();
  readonly #kernelSentAtNs: Column;
  readonly #kernelReceivedAtNs: Column;
  #peerOriginUnixNs: bigint | undefined;
  #synchronisedCount = 0;
  #peerHopLimits: HopLimitRange | undefined;
  #originUnixNs: bigint | undefined;
  #sentCount = 0;
  #answeredCount = 0;

  /** @param limit how many datagrams there will be at most. */
  constructor(limit: number = MAX_SAMPLES) {
    this.#intendedAtNs = new Column(limit);
    this.#sentAtNs = new Column(limit);
    this.#sendCallNs = new Column(limit);
    this.#receivedAtNs = new Column(limit);
    this.#peerReceivedAtNs = new Column(limit);
    this.#peerSentAtNs = new Column(limit);
    this.#arrivals = new Column(limit);
    this.#kernelSentAtNs = new Column(limit);
    this.#kernelReceivedAtNs = new Column(limit);
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  /** Datagrams that were answered, each counted once. */
  get answeredCount(): number {
    return this.#answeredCount;
  }

  /** Datagram number `sentCount` has left. */
  noteSent({ intendedAtNs, sentAtNs, returnedAtNs }: Departure): void {
    const number = this.#sentCount++;
    this.#intendedAtNs.set(number, intendedAtNs);
    this.#sentAtNs.set(number, sentAtNs);
    this.#sendCallNs.set(number, returnedAtNs - sentAtNs);
  }

  isSent(number: number): boolean {
    return number < this.#sentCount;
  }

  isAnswered(number: number): boolean {
    return !Number.isNaN(this.#receivedAtNs.get(number));
  }

  /** The kernel says when a datagram left. */
  noteKernelSend(number: number, sentAtUnixNs: bigint): void {
    this.#kernelSentAtNs.set(number, this.#sinceOrigin(sentAtUnixNs));
  }

  /** Round trips in the order of the replies, from that reply on. */
  roundTrips(fromReply: number): Float64Array {
    const numbers = this.#arrivals.view(this.#answeredCount).subarray(fromReply);
    return numbers.map((number) => this.#receivedAtNs.get(number) - this.#sentAtNs.get(number));
  }

  /** How long ago, at that time, a datagram that was sent has left. */
  ageNs(number: number, nowNs: number): number {
    return nowNs - this.#sentAtNs.get(number);
  }

  /** Views of everything so far; they hold for as long as nothing is added. */
  arrays(): SampleArrays {
    const [sentCount, answeredCount] = [this.#sentCount, this.#answeredCount];
    return {
      intendedAtNs: this.#intendedAtNs.view(sentCount),
      sentAtNs: this.#sentAtNs.view(sentCount),
      sendCallNs: this.#sendCallNs.view(sentCount),
      receivedAtNs: this.#receivedAtNs.view(sentCount),
      kernelSentAtNs: this.#kernelSentAtNs.view(sentCount),
      kernelReceivedAtNs: this.#kernelReceivedAtNs.view(sentCount),
      originUnixNs: this.#originUnixNs,
      peerReceivedAtNs: this.#peerReceivedAtNs.view(sentCount),
      peerSentAtNs: this.#peerSentAtNs.view(sentCount),
      peerOriginUnixNs: this.#peerOriginUnixNs,
      peerHopLimits: this.#peerHopLimits,
      isPeerSynchronised: answeredCount > 0 && this.#synchronisedCount === answeredCount,
      extraReplies: this.#extraReplies,
      arrivals: this.#arrivals.view(answeredCount),
    };
  }

  /** A reply to a datagram that was sent. */
  noteReply(reply: JudgedReply, { atNs, arrivedAtUnixNs }: ReplyArrival): void {
    const { number } = reply;
    if (this.isAnswered(number)) {
      this.#extraReplies.set(number, (this.#extraReplies.get(number) ?? 0) + 1);
      return;
    }
    this.#receivedAtNs.set(number, atNs);
    if (arrivedAtUnixNs !== undefined) {
      this.#kernelReceivedAtNs.set(number, this.#sinceOrigin(arrivedAtUnixNs));
    }
    this.#arrivals.set(this.#answeredCount++, number);
    this.#notePeer(reply);
  }

  #noteHopLimit(hopLimit: number | undefined): void {
    if (hopLimit === undefined) return;
    const { min, max } = this.#peerHopLimits ?? { min: hopLimit, max: hopLimit };
    this.#peerHopLimits = { min: Math.min(min, hopLimit), max: Math.max(max, hopLimit) };
  }

  /** Far from 1970, whole nanoseconds do not fit into a number. */
  #sinceOrigin(unixNs: bigint): number {
    this.#originUnixNs ??= unixNs;
    return Number(unixNs - this.#originUnixNs);
  }

  #notePeer({ number, receivedAtUnixNs, sentAtUnixNs, ...reply }: JudgedReply): void {
    if (reply.isClockSynchronised) this.#synchronisedCount++;
    this.#noteHopLimit(reply.hopLimit);
    if (receivedAtUnixNs === undefined || sentAtUnixNs === undefined) return;
    this.#peerOriginUnixNs ??= receivedAtUnixNs;
    this.#peerReceivedAtNs.set(number, Number(receivedAtUnixNs - this.#peerOriginUnixNs));
    this.#peerSentAtNs.set(number, Number(sentAtUnixNs - this.#peerOriginUnixNs));
  }
}
