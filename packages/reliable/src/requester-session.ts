import type { BackoffOptions, Endpoint, Random } from "@udp/core";
import { backoffDelaysMs, msToNs, nsToMs, TimerQueue } from "@udp/core";
import type { ReliableError } from "./errors.ts";
import type { BootId, RequestId, ServerFrame, StaleBootFrame } from "./frame.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { FrameLimits } from "./limits.ts";
import { MAX_LATENCY_MS, maxRequestBytes } from "./limits.ts";
import type { Peer, PeerSnapshot } from "./peer.ts";
import { checkRetransmission } from "./peer.ts";
import type { VerdictCounts } from "./peer-table.ts";
import { PeerTable } from "./peer-table.ts";
import type {
  PendingRequest,
  RequestSnapshot,
  Settlement,
  TransmissionCause,
} from "./pending-request.ts";
import { createRequest, inspectRequest } from "./pending-request.ts";
import {
  answerTooLarge,
  handlerFailed,
  outcomeUnknown,
  requestTooLarge,
  unanswered,
} from "./request-failure.ts";
import type { RequesterCounters } from "./requester-counters.ts";
import { requesterCounters } from "./requester-counters.ts";
import type { RetransmissionOptions } from "./retransmission.ts";

/** A datagram to be sent. */
export interface OutgoingFrame {
  readonly payload: Uint8Array;
  readonly to: Endpoint;
}

/** What a requester knows, as plain data. */
export interface RequesterSnapshot {
  /** Those that have not come to anything yet, oldest first. */
  readonly requests: readonly RequestSnapshot[];
  /** Those that are remembered, the longest known first. */
  readonly peers: readonly PeerSnapshot[];
}

/** How an acknowledged request is asked after, since its answer may be lost. */
interface PollOptions {
  readonly intervals: BackoffOptions;
  /** After so many in a row without a word the server is taken to be gone. */
  readonly unheard: number;
}

/** What a {@link RequesterSession} is made of. */
export interface RequesterSessionOptions extends FrameLimits {
  readonly retransmission: RetransmissionOptions;
  /** Spreads the waits. */
  readonly random: Random;
  /** How what is acknowledged is asked after. Default {@link POLLS}. */
  readonly polls?: PollOptions;
  /** Must be unpredictable: who guesses an identifier can answer. */
  readonly createId: () => RequestId;
}

const POLLS: PollOptions = { intervals: { initialMs: 1000, maxMs: 10_000 }, unheard: 7 };

/** So often what the server asks for costs no try: it may be another one, and want a cookie. */
const MAX_BOUNCES = 2;

/**
 * The client without its socket: requests go in, datagrams come out, and what each request came to is
 * told once. Nothing that arrives makes it throw.
 *
 * ```
 *            the window has room                 acknowledged
 *   queued ──────────────────────▶ waiting ──────────────────────▶ acknowledged ─┐ asked after
 *                                  │  ▲  └─ resent ┐    │                  ▲  └──┘
 *                                  │  └────────────┘    └──── answered ◀───┘
 *                                  └─ the waits, or the time, are over: failed
 * ```
 */
export class RequesterSession {
  readonly counters: RequesterCounters = requesterCounters();
  readonly #options: RequesterSessionOptions;
  readonly #peers: PeerTable;
  readonly #pending = new Map<RequestId, PendingRequest>();
  readonly #timers = new TimerQueue();
  readonly #outgoing: OutgoingFrame[] = [];
  readonly #polls: PollOptions;
  #nowNs = 0;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: RequesterSessionOptions) {
    checkRetransmission(options.retransmission);
    this.#options = options;
    this.#peers = new PeerTable(options.retransmission);
    this.#polls = options.polls ?? POLLS;
  }

  /** Requests that have not come to anything yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** What was thought of the frames of all peers. */
  get verdicts(): VerdictCounts {
    return this.#peers.verdicts;
  }

  /**
   * What it knows now, for diagnostics and tests. Times are relative, so that equal situations look
   * equal whenever they are.
   */
  inspect(nowNs: number): RequesterSnapshot {
    return {
      requests: [...this.#pending.values()].map((pending) => inspectRequest(pending, nowNs)),
      peers: [...this.#peers.values()].map((peer) => peer.inspect(nowNs)),
    };
  }

  /**
   * Takes a request. It leaves at once, or when the peer's window has room.
   *
   * @param deadlineNs when it fails at the latest; `Infinity` for when the waits are over.
   * @throws ReliableError `RELIABLE_TOO_LARGE`.
   */
  request(
    { to, payload, deadlineNs }: NewRequest,
    settlement: Settlement,
    nowNs: number,
  ): RequestId {
    this.#nowNs = nowNs;
    const limitBytes = maxRequestBytes(this.#options);
    if (payload.byteLength > limitBytes) throw requestTooLarge(payload.byteLength, limitBytes);
    const id = this.#options.createId();
    const pending = createRequest(id, this.#peers.admit(to), { payload, deadlineNs, settlement });
    this.#pending.set(pending.id, pending);
    pending.peer.requestCount++;
    pending.peer.queue.add(pending);
    if (deadlineNs < Number.POSITIVE_INFINITY) this.#arm(pending, deadlineNs);
    this.#startQueued(pending.peer);
    return pending.id;
  }

  /** The request is no longer wanted; an answer to it will be `late`. Nothing is told. */
  abandon(id: RequestId, nowNs: number): void {
    this.#nowNs = nowNs;
    const pending = this.#pending.get(id);
    if (pending !== undefined) this.#finish(pending);
  }

  /** Ends all requests. */
  failAll(error: ReliableError, nowNs: number): void {
    this.#failEach([...this.#pending.values()], error, nowNs);
  }

  /** Ends those to peers that no server was heard of at. */
  failUnheard(error: ReliableError, nowNs: number): void {
    const unheard = [...this.#pending.values()].filter(({ peer }) => peer.bootId === undefined);
    this.#failEach(unheard, error, nowNs);
  }

  #failEach(requests: readonly PendingRequest[], error: ReliableError, nowNs: number): void {
    this.#nowNs = nowNs;
    // What waits for room must not start now.
    for (const { peer } of requests) peer.queue.clear();
    for (const pending of requests) this.#fail(pending, error);
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    return this.#outgoing.length > 0 ? Number.NEGATIVE_INFINITY : this.#timers.nextDeadlineNs();
  }

  /** The datagrams to be sent now. */
  poll(nowNs: number): readonly OutgoingFrame[] {
    this.#nowNs = nowNs;
    for (let due = this.#timers.takeDue(nowNs); due; due = this.#timers.takeDue(nowNs)) {
      due.callback();
    }
    return this.#outgoing.splice(0);
  }

  /** Takes a datagram. */
  receive(bytes: Uint8Array, from: Endpoint, nowNs: number): void {
    this.#nowNs = nowNs;
    const peer = this.#peers.find(from);
    if (peer === undefined) {
      this.counters.strangerCount++;
      return;
    }
    const frame = decodeFrame(bytes, this.#options.key);
    if (typeof frame === "string") this.counters.faults[frame]++;
    else if (frame.type === "request") this.counters.faults["not-an-answer"]++;
    else this.#judge(bytes, peer, frame);
  }

  #judge(bytes: Uint8Array, peer: Peer, frame: ServerFrame): void {
    const pending = this.#pending.get(frame.id);
    if (pending?.peer === peer && frame.attempt > pending.sentAtNs.length) {
      this.counters.faults.malformed++;
      return;
    }
    const { matcher, endpoint } = peer;
    const verdict = isLastWord(frame)
      ? matcher.judge(bytes, endpoint)
      : matcher.judgeInterim(bytes, endpoint);
    if (verdict === "accepted" && pending !== undefined) this.#believe(pending, frame);
  }

  #believe(pending: PendingRequest, frame: ServerFrame): void {
    const { peer, sentAtNs } = pending;
    this.counters.believed[frame.type]++;
    this.#learnBoot(peer, frame.bootId);
    if (isLastWord(frame)) {
      this.counters.spuriousCount += sentAtNs.length - frame.attempt;
      this.#conclude(pending, frame);
    } else if (frame.type === "stale-boot") {
      this.#meetNewServer(pending, frame);
    } else if (frame.bootId === pending.bootId) {
      this.#goOn(pending, frame);
    } else {
      this.#fail(pending, outcomeUnknown(pending));
    }
  }

  /** What was sent to a server that was not known is bound to the first that is heard of. */
  #learnBoot(peer: Peer, bootId: BootId): void {
    if (peer.bootId === bootId) return;
    peer.bootId = bootId;
    for (const pending of this.#pending.values()) {
      if (pending.peer === peer && pending.sentAtNs.length > 0) pending.bootId ??= bootId;
    }
  }

  #conclude(pending: PendingRequest, frame: LastWord): void {
    switch (frame.type) {
      case "answer":
        this.#answer(pending, frame.payload, frame);
        break;
      case "error":
        this.#sample(pending, frame);
        this.#fail(pending, handlerFailed(frame.payload));
        break;
      case "too-large":
        this.#fail(pending, answerTooLarge(frame.limitBytes));
        break;
    }
  }

  #goOn(pending: PendingRequest, frame: InterimFrame): void {
    const { peer } = pending;
    const sentAtNs = this.#sentAtNs(pending, frame.attempt);
    pending.resendUntilNs = this.#resendUntilNs(sentAtNs);
    pending.unheardCount = 0;
    switch (frame.type) {
      case "acknowledgement":
        this.#acknowledge(pending, frame);
        break;
      case "cookie":
        this.#useCookie(pending, frame);
        break;
      case "busy":
        pending.refusedAttempts.add(frame.attempt);
        peer.onLoss(sentAtNs, this.#nowNs);
        break;
    }
  }

  #answer(pending: PendingRequest, payload: Uint8Array, frame: Sampled): void {
    const { peer, sentAtNs, settlement } = pending;
    this.#sample(pending, frame);
    this.#finish(pending);
    settlement.answered({
      payload,
      from: peer.endpoint,
      attempts: sentAtNs.length,
      elapsedNs: this.#nowNs - this.#sentAtNs(pending, 1),
    });
  }

  /** Once for each transmission: copies of what answers it say nothing new. */
  #sample(pending: PendingRequest, { attempt, heldUs }: Sampled): void {
    if (pending.sampledAttempts.has(attempt)) return;
    pending.sampledAttempts.add(attempt);
    const sentAtNs = this.#sentAtNs(pending, attempt);
    const elapsedMs = nsToMs(this.#nowNs - sentAtNs);
    pending.peer.addSample(Math.max(elapsedMs - heldUs / 1000, 0), sentAtNs);
  }

  /** Now it is the server's turn. */
  #acknowledge(pending: PendingRequest, frame: Sampled): void {
    const { peer, phase } = pending;
    this.#sample(pending, frame);
    if (phase === "acknowledged") return;
    pending.phase = "acknowledged";
    pending.waits = backoffDelaysMs(this.#polls.intervals, this.#options.random);
    pending.waitCount = 0;
    peer.waitingCount--;
    peer.acknowledgedCount++;
    this.#armWait(pending, this.#takeWait(pending) ?? 0);
    this.#startQueued(peer);
  }

  /** What answers a transmission from before the last cookie says nothing of that one. */
  #useCookie(pending: PendingRequest, { attempt, cookie }: CookieFrame): void {
    if (attempt < pending.cookieAttempt) return;
    pending.peer.cookie = Uint8Array.from(cookie);
    this.#bounce(pending, "cookie");
  }

  /**
   * Where the server was started before the request was first sent, no other one can have carried it
   * out, and it goes on. Otherwise nobody knows.
   */
  #meetNewServer(pending: PendingRequest, { bootId, attempt, uptimeMs }: StaleBootFrame): void {
    pending.refusedAttempts.add(attempt);
    if (bootId === pending.bootId) return;
    const startedAtNs = this.#nowNs - msToNs(uptimeMs);
    if (startedAtNs >= this.#sentAtNs(pending, 1)) {
      this.#fail(pending, outcomeUnknown(pending));
      return;
    }
    pending.bootId = bootId;
    pending.peer.cookie = undefined;
    pending.unheardCount = 0;
    this.#bounce(pending, "restart");
  }

  /** The server wants the request otherwise: it is sent again at once, which is no try of its own. */
  #bounce(pending: PendingRequest, cause: "cookie" | "restart"): void {
    if (pending.bounceCount++ < MAX_BOUNCES) this.#transmit(pending, pending.waitMs, cause);
    else this.#continue(pending);
  }

  /** The wait for an answer is over, or useless. */
  #continue(pending: PendingRequest): void {
    const isGone = pending.phase === "acknowledged" && pending.unheardCount >= this.#polls.unheard;
    const waitMs = this.#takeWait(pending);
    if (waitMs === undefined || isGone) this.#fail(pending, unanswered(pending));
    else this.#transmit(pending, waitMs, causeOf(pending));
  }

  #takeWait(pending: PendingRequest): number | undefined {
    const { value: waitMs } = pending.waits.next();
    pending.waitCount++;
    if (waitMs === undefined) return undefined;
    const isPoll = pending.phase === "acknowledged";
    pending.waitMs = isPoll ? waitMs * pending.peer.pollStretch : waitMs;
    return pending.waitMs;
  }

  #expire(pending: PendingRequest): void {
    const { peer, sentAtNs, unheardCount, deadlineNs } = pending;
    // Somebody who does not wait for long says nothing of the network.
    const isLoss = unheardCount > 0 && this.#nowNs < deadlineNs;
    if (isLoss) peer.onLoss(sentAtNs.at(-1) ?? this.#nowNs, this.#nowNs);
    this.#continue(pending);
  }

  #start(pending: PendingRequest): void {
    const { retransmission, random } = this.#options;
    const { peer } = pending;
    pending.phase = "waiting";
    peer.onStart(this.#nowNs);
    peer.waitingCount++;
    peer.matcher.expect(pending.id);
    const schedule = { ...retransmission.backoff, initialMs: peer.firstWaitMs };
    pending.waits = backoffDelaysMs(schedule, random);
    pending.resendUntilNs = this.#resendUntilNs(this.#nowNs);
    this.#continue(pending);
  }

  #transmit(pending: PendingRequest, waitMs: number, cause: TransmissionCause): void {
    const { id, peer, payload, sentAtNs, settlement } = pending;
    if (this.#nowNs >= Math.min(pending.deadlineNs, pending.resendUntilNs)) {
      this.#fail(pending, unanswered(pending));
      return;
    }
    const { cookie } = peer;
    const attempt = sentAtNs.push(this.#nowNs);
    if (pending.cookie !== cookie) pending.cookieAttempt = attempt;
    pending.cookie = cookie;
    pending.bootId ??= peer.bootId;
    pending.unheardCount++;
    peer.onTransmission(this.#nowNs);
    const { bootId } = pending;
    const frame = { type: "request", id, attempt, bootId, cookie, payload } as const;
    this.#outgoing.push({ payload: encodeFrame(frame, this.#options.key), to: peer.endpoint });
    this.counters.sentCount++;
    if (attempt > 1) this.counters.resentCount++;
    this.#armWait(pending, waitMs);
    settlement.transmitted?.(attempt, waitMs, cause);
  }

  #armWait(pending: PendingRequest, waitMs: number): void {
    this.#arm(pending, Math.min(this.#nowNs + msToNs(waitMs), pending.deadlineNs));
  }

  #arm(pending: PendingRequest, deadlineNs: number): void {
    pending.cancelTimer();
    pending.timerAtNs = deadlineNs;
    pending.cancelTimer = this.#timers.add(deadlineNs, () => this.#expire(pending));
  }

  #fail(pending: PendingRequest, error: ReliableError): void {
    this.#finish(pending);
    pending.settlement.failed(error);
  }

  #finish(pending: PendingRequest): void {
    const { id, peer, phase } = pending;
    this.#pending.delete(id);
    pending.cancelTimer();
    peer.matcher.abandon(id);
    peer.requestCount--;
    if (phase === "queued") peer.queue.delete(pending);
    if (phase === "waiting") peer.waitingCount--;
    if (phase === "acknowledged") peer.acknowledgedCount--;
    this.#startQueued(peer);
  }

  /** One that fails at once makes room for the next, and is no reason to begin again in the midst. */
  #startQueued(peer: Peer): void {
    if (peer.isStarting) return;
    peer.isStarting = true;
    for (const next of peer.queue) {
      if (!peer.hasRoom) break;
      peer.queue.delete(next);
      this.#start(next);
    }
    peer.isStarting = false;
  }

  #sentAtNs({ sentAtNs }: PendingRequest, attempt: number): number {
    return sentAtNs[attempt - 1] ?? this.#nowNs;
  }

  #resendUntilNs(knownToServerNs: number): number {
    return knownToServerNs + msToNs(this.#options.lifetimeMs - MAX_LATENCY_MS);
  }
}

/** A request to be made. */
export interface NewRequest {
  readonly to: Endpoint;
  readonly payload: Uint8Array;
  readonly deadlineNs: number;
}

type CookieFrame = Extract<ServerFrame, { type: "cookie" }>;
type LastWord = Extract<ServerFrame, { type: "answer" | "error" | "too-large" }>;
type InterimFrame = Exclude<ServerFrame, LastWord | StaleBootFrame>;

interface Sampled {
  readonly attempt: number;
  readonly heldUs: number;
}

function causeOf({ phase, sentAtNs }: PendingRequest): TransmissionCause {
  if (phase === "acknowledged") return phase;
  return sentAtNs.length === 0 ? "first" : "unanswered";
}

function isLastWord(frame: ServerFrame): frame is LastWord {
  return frame.type === "answer" || frame.type === "error" || frame.type === "too-large";
}
