import type { Delivery } from "@udp/core";
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

/** Who stops a measurement wants to see soon what came of it. */
const MAX_STOPPED_WAIT_NS = msToNs(1000);

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
   * trips, at least a second and at most a minute; where every datagram is answered two after what came
   * last, at least 50 ms, if that is sooner.
   */
  readonly waitNs: number | undefined;
  /** A reply later than this after its datagram is counted as late. */
  readonly lateAfterNs: number;
  /** When the first datagram is due; what is due before the far end is ready, is missed. Default: then. */
  readonly startAtNs?: number | undefined;
}

/** How one datagram left. */
export interface SendReport {
  readonly delivery: Delivery;
  /** Before the call, and after it. */
  readonly sentAtNs: number;
  readonly returnedAtNs: number;
}

/** Datagrams that this host's system did not take, and those of them for which there is a reason. */
export interface UnsentCounts {
  unsentCount: number;
  /** Its buffer, or the interface's queue, was full. */
  noRoomCount: number;
  /** Larger than what the interface, or the path, carries. */
  tooLargeCount: number;
  /** Due before the far end was ready; not among `unsentCount`. */
  missedCount: number;
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
  /** They are no part of what was sent. */
  readonly unsent: UnsentCounts = {
    unsentCount: 0,
    noRoomCount: 0,
    tooLargeCount: 0,
    missedCount: 0,
  };
  readonly #options: ProbeRunOptions;
  readonly #protocol: ProbeProtocol;
  readonly #payload: Uint8Array;
  readonly #replies = new SequenceWindow(WINDOW_SIZE);
  readonly #startNs: number;
  #intendedAtNs: number;
  #replyCount = 0;
  #distinctReplyCount = 0;
  #undecidedCount = 0;
  #lateCount = 0;
  #longestRttNs = 0;
  #lastSentAtNs: number;
  #lastHeardAtNs: number;
  #isSendingOver = false;
  #maxWaitNs = Number.POSITIVE_INFINITY;

  /** @param readyAtNs now: the far end is ready. */
  constructor(options: ProbeRunOptions, protocol: ProbeProtocol, readyAtNs: number) {
    const { startAtNs: startNs = readyAtNs } = options;
    this.#options = options;
    this.samples = new ProbeSamples(options.count);
    this.#protocol = protocol;
    this.#payload = new Uint8Array(options.payloadBytes);
    this.#startNs = startNs;
    this.#intendedAtNs = startNs + options.schedule.next();
    this.#lastSentAtNs = startNs;
    this.#lastHeardAtNs = startNs;
    this.#missUntil(readyAtNs);
  }

  get counts(): OwnCounts {
    return {
      sentCount: this.samples.sentCount,
      replyCount: this.#replyCount,
      distinctReplyCount: this.#distinctReplyCount,
      highestReplyNumber: this.#replies.highest,
      undecidedCount: this.#undecidedCount,
    };
  }

  get lateCount(): number {
    return this.#lateCount;
  }

  get longestRttNs(): number {
    return this.#longestRttNs;
  }

  /** Whether everything that was to leave has left. */
  get isSendingOver(): boolean {
    return this.#isSendingOver;
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

  noteSent({ delivery, sentAtNs, returnedAtNs }: SendReport): void {
    if (delivery === "sent") {
      this.samples.noteSent({ intendedAtNs: this.#intendedAtNs, sentAtNs, returnedAtNs });
    } else this.unsent.unsentCount++;
    if (delivery === "no-room") this.unsent.noRoomCount++;
    if (delivery === "too-large") this.unsent.tooLargeCount++;
    this.#lastSentAtNs = sentAtNs;
    this.#advance();
  }

  /** No more datagrams leave; replies are awaited until a second after the last one at most. */
  stop(): void {
    this.#isSendingOver = true;
    this.#maxWaitNs = MAX_STOPPED_WAIT_NS;
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
      const ageNs = this.samples.ageNs(reply.number, atNs);
      if (ageNs > this.#options.lateAfterNs) this.#lateCount++;
      // A copy may come as late as somebody likes.
      if (!this.samples.isAnswered(reply.number)) {
        this.#longestRttNs = Math.max(this.#longestRttNs, ageNs);
      }
      this.samples.noteReply(reply, arrival);
    }
  }

  #missUntil(readyAtNs: number): void {
    while (this.#intendedAtNs < readyAtNs && !this.#isSendingOver) {
      this.unsent.missedCount++;
      this.#advance();
    }
  }

  #advance(): void {
    this.#intendedAtNs = this.#startNs + this.#options.schedule.next();
    const { count, durationNs } = this.#options;
    const { unsentCount, missedCount } = this.unsent;
    const isEnough = this.samples.sentCount + unsentCount + missedCount >= count;
    if (isEnough || this.#intendedAtNs - this.#startNs >= durationNs) this.#isSendingOver = true;
  }

  get #overAtNs(): number {
    const { waitNs = this.#roundTripsNs(WAIT_ROUND_TRIPS, MIN_WAIT_NS) } = this.#options;
    const latestNs = this.#lastSentAtNs + Math.min(waitNs, this.#maxWaitNs);
    const { sentCount, answeredCount } = this.samples;
    if (this.#options.waitNs !== undefined || answeredCount < sentCount) return latestNs;
    const settledAtNs = this.#lastHeardAtNs + this.#roundTripsNs(SETTLE_ROUND_TRIPS, MIN_SETTLE_NS);
    // Copies that never end would put it off for ever.
    return Math.min(settledAtNs, latestNs);
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
