import { msToNs, SequenceWindow } from "@udp/core";
import type { OwnCounts } from "./accounting.ts";
import { WINDOW_SIZE } from "./peer.ts";
import type { ProbeProtocol } from "./protocol.ts";
import type { ReplyArrival } from "./samples.ts";
import { ProbeSamples } from "./samples.ts";
import type { Schedule } from "./schedule.ts";

/** Replies are awaited for so many of the longest round trips that were seen. */
const WAIT_ROUND_TRIPS = 3;

const MIN_WAIT_NS = msToNs(1000);

/** A far end that answers ever later is not waited for without end. */
const MAX_WAIT_NS = msToNs(60_000);

/** Where every datagram is answered, copies are awaited for so many of the longest round trips. */
const SETTLE_ROUND_TRIPS = 2;

const MIN_SETTLE_NS = msToNs(50);

/** What a {@link ProbeRun} sends, and for how long. */
export interface ProbeRunOptions {
  readonly schedule: Schedule;
  /** Datagrams, at least 1. */
  readonly count: number;
  /** None is to leave later than this after the first. */
  readonly durationNs: number;
  readonly payloadBytes: number;
  /** Fills what is behind the header, before each datagram. */
  readonly fill: (payload: Uint8Array) => void;
  /**
   * How long replies and copies are awaited after the last datagram. Default: three of the longest round
   * trips, at least a second; where every datagram is answered two after the last reply, at least 50 ms.
   * At most a minute.
   */
  readonly waitNs: number | undefined;
  /** A reply later than this after its datagram is counted as late. */
  readonly lateAfterNs: number;
}

/** How one datagram left. */
export interface SendReport {
  /** Whether the system took it. */
  readonly isTaken: boolean;
  /** Before the call, and after it. */
  readonly sentAtNs: number;
  readonly returnedAtNs: number;
}

/** Datagrams that are no reply to one of ours, by reason. */
export interface StrayCounts {
  malformedCount: number;
  wrongHmacCount: number;
  forgottenCount: number;
}

/** The measurement itself: datagrams leave at their times, replies are noted, copies told apart. */
export class ProbeRun {
  readonly samples: ProbeSamples;
  readonly strays: StrayCounts = {
    malformedCount: 0,
    wrongHmacCount: 0,
    forgottenCount: 0,
  };
  readonly #options: ProbeRunOptions;
  readonly #protocol: ProbeProtocol;
  readonly #payload: Uint8Array;
  readonly #replies = new SequenceWindow(WINDOW_SIZE);
  readonly #startNs: number;
  #intendedAtNs: number;
  #unsentCount = 0;
  #replyCount = 0;
  #distinctReplyCount = 0;
  #undecidedCount = 0;
  #lateCount = 0;
  #longestRttNs = 0;
  #lastSentAtNs: number;
  #lastHeardAtNs: number;
  #isSendingOver = false;

  constructor(options: ProbeRunOptions, protocol: ProbeProtocol, startNs: number) {
    this.#options = options;
    this.samples = new ProbeSamples(options.count);
    this.#protocol = protocol;
    this.#payload = new Uint8Array(options.payloadBytes);
    this.#startNs = startNs;
    this.#intendedAtNs = startNs + options.schedule.next();
    this.#lastSentAtNs = startNs;
    this.#lastHeardAtNs = startNs;
  }

  get counts(): OwnCounts {
    return {
      sentCount: this.samples.sentCount,
      replyCount: this.#replyCount,
      distinctReplyCount: this.#distinctReplyCount,
      undecidedCount: this.#undecidedCount,
    };
  }

  /** Datagrams that the system did not take: they are no part of what was sent. */
  get unsentCount(): number {
    return this.#unsentCount;
  }

  get lateCount(): number {
    return this.#lateCount;
  }

  get longestRttNs(): number {
    return this.#longestRttNs;
  }

  /** When something is to be done next: to send, or to stop waiting. */
  get dueAtNs(): number {
    return this.#isSendingOver ? this.#overAtNs : this.#intendedAtNs;
  }

  /** Whether everything is sent, and nothing is worth waiting for. */
  isOver(nowNs: number): boolean {
    return this.#isSendingOver && nowNs >= this.#overAtNs;
  }

  /** The datagram to be sent now. {@link noteSent} follows. */
  poll(nowNs: number): Uint8Array | undefined {
    if (this.#isSendingOver || nowNs < this.#intendedAtNs) return undefined;
    this.#options.fill(this.#payload);
    this.#protocol.write(this.samples.sentCount, this.#payload);
    return this.#payload;
  }

  noteSent({ isTaken, sentAtNs, returnedAtNs }: SendReport): void {
    if (isTaken) {
      this.samples.noteSent({ intendedAtNs: this.#intendedAtNs, sentAtNs, returnedAtNs });
    } else this.#unsentCount++;
    this.#lastSentAtNs = sentAtNs;
    this.#intendedAtNs = this.#startNs + this.#options.schedule.next();
    const { count, durationNs } = this.#options;
    const isEnough = this.samples.sentCount + this.#unsentCount >= count;
    if (isEnough || this.#intendedAtNs - this.#startNs >= durationNs) this.stopSending();
  }

  /** No more datagrams leave; the replies to those that left are still awaited. */
  stopSending(): void {
    this.#isSendingOver = true;
  }

  /** A datagram from the far end. */
  receive(payload: Uint8Array, arrival: ReplyArrival): void {
    const reply = this.#protocol.judge(payload);
    if (reply === "forgotten") this.strays.forgottenCount++;
    else if (reply === "wrong-hmac") this.strays.wrongHmacCount++;
    else if (reply === "malformed" || !this.samples.isSent(reply.number)) {
      this.strays.malformedCount++;
    } else {
      const { atNs } = arrival;
      this.#lastHeardAtNs = atNs;
      this.#count(reply.replyNumber);
      const rttNs = this.samples.ageNs(reply.number, atNs);
      if (rttNs > this.#options.lateAfterNs) this.#lateCount++;
      this.#longestRttNs = Math.max(this.#longestRttNs, rttNs);
      this.samples.noteReply(reply, arrival);
    }
  }

  get #overAtNs(): number {
    const { waitNs } = this.#options;
    if (waitNs !== undefined) return this.#lastSentAtNs + waitNs;
    const { sentCount, answeredCount } = this.samples;
    return answeredCount < sentCount
      ? this.#lastSentAtNs + this.#roundTripsNs(WAIT_ROUND_TRIPS, MIN_WAIT_NS)
      : this.#lastHeardAtNs + this.#roundTripsNs(SETTLE_ROUND_TRIPS, MIN_SETTLE_NS);
  }

  #roundTripsNs(count: number, leastNs: number): number {
    return Math.min(Math.max(leastNs, count * this.#longestRttNs), MAX_WAIT_NS);
  }

  #count(replyNumber: number | undefined): void {
    this.#replyCount++;
    if (replyNumber === undefined) return;
    const novelty = this.#replies.note(replyNumber);
    if (novelty === "first") this.#distinctReplyCount++;
    if (novelty === "undecided") this.#undecidedCount++;
  }
}
