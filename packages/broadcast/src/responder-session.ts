import type {
  AddressWords,
  ArrivedDatagram,
  Endpoint,
  Random,
  RefusalReason,
  ReplyGuard,
} from "@udp/core";
import { addressWords, formatEndpoint, msToNs, numberOption, TimerQueue } from "@udp/core";
import type { Announcement } from "./announcement.ts";
import { checkAnnouncement } from "./announcement.ts";
import type { Arrival } from "./arrival.ts";
import { ON_LINK_HOP_LIMIT } from "./arrival.ts";
import type { QueryFrame } from "./frame.ts";
import {
  decodeFrame,
  encodeFrame,
  isMarked,
  MAX_LEISURE_MS,
  MAX_PATHS_PER_ANSWER,
  maxInfoBytes,
} from "./frame.ts";
import type { Instance } from "./instance.ts";
import { knownAnswer } from "./known-answer.ts";
import type { ResponderCounters, SilenceReason } from "./responder-counters.ts";
import { responderCounters } from "./responder-counters.ts";

/** What a {@link ResponderSession} is made of. */
export interface ResponderSessionOptions {
  /** Made with {@link isReply} as its `isOwnReply`. */
  readonly guard: ReplyGuard;
  readonly instance: Instance;
  readonly announcement: Announcement;
  /** Whether the address is on a network of this host; others are not answered. Must not throw. */
  readonly isOwnNetwork: (address: AddressWords) => boolean;
  /** Whether the discovery's group is heard where a query came in. Must not throw. */
  readonly hearsGroup: (arrival: Arrival) => boolean;
  /** The longest that an answer waits, whatever the query grants; default {@link DEFAULT_MAX_DELAY_MS}. */
  readonly maxDelayMs?: number;
  /** Spreads the answers. */
  readonly random: Random;
}

/** How long an answer waits at most, where nothing else is said. */
export const DEFAULT_MAX_DELAY_MS = 5000;

/** A datagram to be sent, from where its query came to. */
export interface OutgoingAnswer {
  readonly payload: Uint8Array;
  readonly to: Endpoint;
  /** How the query came. */
  readonly arrival: Arrival;
  /** With which TTL or hop limit it is to be sent; `undefined` for the system's own. */
  readonly hopLimit: number | undefined;
}

/** A copy of a query, which an answer goes back to. */
interface HeardCopy {
  readonly request: ArrivedDatagram;
  readonly from: Endpoint;
  readonly arrival: Arrival;
}

/** An answer that waits to be sent. */
interface PendingAnswer {
  /** The query, and the first of its copies that asks this responder. */
  query: QueryFrame;
  copy: HeardCopy;
  arrivedAtNs: number;
  /** Numbers of the paths by which this round came. */
  paths: Set<number>;
  readonly cancelTimer: () => void;
}

/** A query of which this responder has heard, from one address. */
interface Hearing {
  /** The highest so far. */
  round: number;
  /** Whether an answer to this round waits or was sent. */
  isRoundAnswered: boolean;
  pending: PendingAnswer | undefined;
  copy: HeardCopy;
  /** Until then the one who asks believes in this responder. */
  believedUntilNs: number;
}

/** Until then the copies of a query that go other ways should have come: the answer is to name them. */
const MIN_DELAY_MS = 20;

/** So many queries are remembered. */
const MAX_HEARINGS = 1024;

/** So many who asked last are told of the end. */
const MAX_GOODBYES = 64;

/**
 * The responder without its socket: queries go in, answers come out. Each round of a query is answered
 * once to each address that asks, after a random time within the leisure that the query grants,
 * whichever ways the copies from that address come; the answer names those ways. Nothing that arrives
 * makes it throw, and what it remembers is bounded.
 */
export class ResponderSession {
  readonly counters: ResponderCounters;
  readonly #options: ResponderSessionOptions;
  readonly #maxDelayMs: number;
  /** Those heard of last stand last. */
  readonly #hearings = new Map<string, Hearing>();
  readonly #timers = new TimerQueue();
  readonly #outgoing: OutgoingAnswer[] = [];
  #nowNs = 0;

  /** @throws UdpError `UDP_BAD_OPTION`, also where the announcement does not fit an answer. */
  constructor(options: ResponderSessionOptions) {
    const { announcement, maxDelayMs = DEFAULT_MAX_DELAY_MS } = options;
    checkAnnouncement(announcement, maxInfoBytes(announcement.name));
    this.#maxDelayMs = numberOption("maxDelayMs", maxDelayMs, 0, MAX_LEISURE_MS);
    this.#options = options;
    this.counters = responderCounters(options.guard.refusals);
  }

  /**
   * Takes a datagram.
   *
   * @returns why it gets no answer of its own; `undefined` where it does.
   */
  receive(
    bytes: Uint8Array,
    from: Endpoint,
    arrival: Arrival,
    nowNs: number,
  ): SilenceReason | undefined {
    this.#nowNs = nowNs;
    this.counters.receivedCount++;
    const request: ArrivedDatagram = {
      payload: bytes,
      sourceAddress: addressWords(from.address),
      sourcePort: from.port,
    };
    const { guard, isOwnNetwork } = this.#options;
    // Other people's datagrams cost none of the rate at which ours are answered.
    if (!isMarked(bytes)) return this.#keepSilent("foreign");
    if (!isOwnNetwork(request.sourceAddress)) return this.#keepSilent("other-network");
    const refusal = guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) return refusal;
    const frame = decodeFrame(bytes);
    if (typeof frame === "string") return this.#keepSilent(frame);
    if (frame.type !== "query") return this.#keepSilent("not-a-query");
    return this.#take(frame, { request, from, arrival });
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    return this.#outgoing.length > 0 ? Number.NEGATIVE_INFINITY : this.#timers.nextDeadlineNs();
  }

  /** The answers to be sent now. */
  poll(nowNs: number): readonly OutgoingAnswer[] {
    this.#nowNs = nowNs;
    for (let due = this.#timers.takeDue(nowNs); due; due = this.#timers.takeDue(nowNs)) {
      due.callback();
    }
    return this.#outgoing.splice(0);
  }

  /**
   * Gives up what waits, and tells those who asked last, and believe in this responder, that it is no
   * more: what is to be sent in the end.
   */
  goodbye(nowNs: number): readonly OutgoingAnswer[] {
    const { instance } = this.#options;
    const { id: instanceId, secret } = instance;
    const payload = encodeFrame({ type: "goodbye", instanceId, secret });
    for (const hearing of this.#hearings.values()) this.#abandon(hearing);
    this.#outgoing.length = 0;
    const believers = [...this.#hearings.values()]
      .filter(({ believedUntilNs }) => believedUntilNs > nowNs)
      .map(({ copy }) => [formatEndpoint(copy.from), copy] as const);
    return [...new Map(believers).values()]
      .slice(-MAX_GOODBYES)
      .map((copy) => ({ payload, to: copy.from, arrival: copy.arrival, hopLimit: undefined }));
  }

  #take(query: QueryFrame, copy: HeardCopy): SilenceReason | undefined {
    const { instance } = this.#options;
    const hearing = this.#hear(query, copy);
    if (query.round < hearing.round) return this.#keepSilent("duplicate");
    const { pending } = hearing;
    if (pending?.query.round === query.round && pending.paths.size < MAX_PATHS_PER_ANSWER) {
      pending.paths.add(query.path);
    }
    if (hearing.isRoundAnswered) return this.#keepSilent("duplicate");
    if (query.known.includes(knownAnswer(instance.id, query.round))) {
      hearing.believedUntilNs = this.#believedUntilNs();
      return this.#keepSilent("known");
    }
    hearing.isRoundAnswered = true;
    if (pending === undefined) this.#schedule(hearing, query, copy);
    else this.#renew(pending, query, copy);
    return undefined;
  }

  #hear(query: QueryFrame, copy: HeardCopy): Hearing {
    const { id, round } = query;
    // Everyone on the link has read the identifier: no neighbour may draw the answers to itself with it.
    const key = `${id} ${copy.from.address}`;
    const known = this.#hearings.get(key);
    if (known !== undefined && round <= known.round) return known;
    const hearing = known ?? {
      round,
      isRoundAnswered: false,
      pending: undefined,
      copy,
      believedUntilNs: Number.NEGATIVE_INFINITY,
    };
    hearing.round = round;
    hearing.isRoundAnswered = false;
    hearing.copy = copy;
    this.#hearings.delete(key);
    this.#hearings.set(key, hearing);
    this.#forgetOldest();
    return hearing;
  }

  #forgetOldest(): void {
    if (this.#hearings.size <= MAX_HEARINGS) return;
    for (const [key, hearing] of this.#hearings) {
      if (this.#abandon(hearing)) this.counters.crowdedOutCount++;
      this.#hearings.delete(key);
      return;
    }
  }

  /** Whether an answer was given up. */
  #abandon(hearing: Hearing): boolean {
    const { pending } = hearing;
    pending?.cancelTimer();
    hearing.pending = undefined;
    return pending !== undefined;
  }

  #schedule(hearing: Hearing, query: QueryFrame, copy: HeardCopy): void {
    const leisureMs = Math.min(query.leisureMs, this.#maxDelayMs);
    const leastMs = Math.min(MIN_DELAY_MS, leisureMs);
    const delayMs = leastMs + this.#options.random() * (leisureMs - leastMs);
    const dueNs = this.#nowNs + msToNs(delayMs);
    hearing.pending = {
      query,
      copy,
      arrivedAtNs: this.#nowNs,
      paths: new Set([query.path]),
      cancelTimer: this.#timers.add(dueNs, () => this.#answer(hearing)),
    };
  }

  /** What waits answers this round instead, and no later than it would have. */
  #renew(pending: PendingAnswer, query: QueryFrame, copy: HeardCopy): void {
    pending.query = query;
    pending.copy = copy;
    pending.arrivedAtNs = this.#nowNs;
    pending.paths = new Set([query.path]);
  }

  #answer(hearing: Hearing): void {
    const { guard, instance, announcement } = this.#options;
    const { pending } = hearing;
    if (pending === undefined) return;
    hearing.pending = undefined;
    const { query, copy, paths, arrivedAtNs } = pending;
    const payload = encodeFrame({
      type: "answer",
      id: query.id,
      round: query.round,
      instanceId: instance.id,
      hearsGroup: this.#options.hearsGroup(copy.arrival),
      heldUs: (this.#nowNs - arrivedAtNs) / 1000,
      paths: [...paths],
      ...announcement,
    });
    if (guard.refuseReply(copy.request, payload.byteLength) !== undefined) return;
    hearing.believedUntilNs = this.#believedUntilNs();
    this.counters.answeredCount++;
    const hopLimit = query.wantsOnLink ? ON_LINK_HOP_LIMIT : undefined;
    this.#outgoing.push({ payload, to: copy.from, arrival: copy.arrival, hopLimit });
  }

  #believedUntilNs(): number {
    return this.#nowNs + secondsToNs(this.#options.announcement.ttlSeconds);
  }

  #keepSilent(reason: Exclude<SilenceReason, RefusalReason>): SilenceReason {
    this.counters.silences[reason]++;
    return reason;
  }
}

function secondsToNs(seconds: number): number {
  return msToNs(1000 * seconds);
}
