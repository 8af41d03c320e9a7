import type { Endpoint } from "@udp/core";
import { checkPort, DEFAULT_PORT, integerOption, msToNs, nsToMs, numberOption } from "@udp/core";
import type { Arrival } from "./arrival.ts";
import { ON_LINK_HOP_LIMIT } from "./arrival.ts";
import type { Destination } from "./destination.ts";
import { destinationKey } from "./destination.ts";
import type { DiscoveryCounters, DiscoveryVerdict } from "./discovery-counters.ts";
import { discoveryCounters } from "./discovery-counters.ts";
import { checkDestinations, DiscoveryPath } from "./discovery-path.ts";
import type { FoundResponder, Responder } from "./found-responder.ts";
import type { AnswerFrame, QueryId } from "./frame.ts";
import {
  decodeFrame,
  encodeFrame,
  MAX_KNOWN_ANSWERS,
  MAX_LEISURE_MS,
  MAX_PATH_NUMBER,
} from "./frame.ts";
import type { KnownAnswer } from "./known-answer.ts";
import { knownAnswer } from "./known-answer.ts";
import type { DiscoveryEvent } from "./responder-table.ts";
import { ResponderTable } from "./responder-table.ts";

/** How a discovery asks. */
export interface DiscoveryRules {
  /** How often is asked; default {@link DEFAULT_ROUNDS}, `Infinity` for on and on. */
  readonly rounds?: number;
  /** No round begins later than so long after the first one; default `Infinity`. */
  readonly askingMs?: number;
  /** From one round to the next, at least 1000, which is the default; longer where nobody answers. */
  readonly intervalMs?: number;
  /** Up to that it is doubled after each round that brought nothing new; default `intervalMs`. */
  readonly maxIntervalMs?: number;
  /** Over which the answers are to be spread; default {@link DEFAULT_LEISURE_MS}. */
  readonly leisureMs?: number;
  /** From one query of a round to the next, so that many paths make no burst; default 2. */
  readonly spacingMs?: number;
  /** Only answers that show themselves to be from the same link are believed; default `false`. */
  readonly requiresOnLink?: boolean;
  /** How many responders are remembered; default {@link DEFAULT_MAX_RESPONDERS}. */
  readonly maxResponders?: number;
}

/** What a {@link DiscoverySession} is made of. */
export interface DiscoverySessionOptions extends DiscoveryRules {
  /** Must be unpredictable: who guesses it can invent responders. */
  readonly queryId: QueryId;
  readonly destinations: readonly Destination[];
  /** Where the responders listen, 1 to 65535; default 1060. */
  readonly port?: number;
}

export const DEFAULT_ROUNDS = 3;
export const DEFAULT_LEISURE_MS = 1000;
export const DEFAULT_MAX_RESPONDERS = 4096;

const MIN_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 3_600_000;
const MAX_SPACING_MS = 60_000;
const MAX_RESPONDERS = 65_536;

const DEFAULTS: Required<Omit<DiscoveryRules, "maxIntervalMs">> = {
  rounds: DEFAULT_ROUNDS,
  askingMs: Number.POSITIVE_INFINITY,
  intervalMs: MIN_INTERVAL_MS,
  leisureMs: DEFAULT_LEISURE_MS,
  spacingMs: 2,
  requiresOnLink: false,
  maxResponders: DEFAULT_MAX_RESPONDERS,
};

/** In half of this a responder is asked again, so that there are two rounds in which to hear of it. */
const ROUNDS_PER_TTL = 4;

/** A query to be sent. */
export interface OutgoingQuery {
  readonly payload: Uint8Array;
  readonly to: Endpoint;
  readonly destination: Destination;
}

/**
 * The one who asks, without a socket: queries come out, answers go in, and those who are there are
 * told of as they come and go. Nothing that arrives makes it throw.
 *
 * A round sends one query to each destination that is free: a second after the last one where anybody has
 * answered since, three seconds where nobody has (RFC 8085 section 3.1.3). A round in which no path
 * is free waits until one is. Each query lists those who were reached by its path and need not
 * answer; so who is reached by several paths is asked by each until it is known by it, and where a
 * path does not work this costs no answer.
 */
export class DiscoverySession {
  readonly counters: DiscoveryCounters = discoveryCounters();
  readonly #queryId: QueryId;
  readonly #rules: Required<DiscoveryRules>;
  readonly #table: ResponderTable;
  readonly #outgoing: OutgoingQuery[] = [];
  readonly #port: number;
  #paths: readonly DiscoveryPath<Responder>[] = [];
  #nextPathNumber = 0;
  #round = 0;
  #roundAtNs = Number.NEGATIVE_INFINITY;
  #lastRoundAtNs = Number.POSITIVE_INFINITY;
  #intervalMs: number;
  #isNews = true;
  /** Those whose query of this round is still to be sent. */
  #waiting: DiscoveryPath<Responder>[] = [];
  #spacedAtNs = Number.NEGATIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`. */
  constructor(options: DiscoverySessionOptions) {
    const { queryId, destinations, port = DEFAULT_PORT, ...rules } = options;
    this.#port = checkPort(port, 1);
    this.#queryId = queryId;
    this.#rules = checkRules(rules);
    this.#intervalMs = this.#rules.intervalMs;
    this.#table = new ResponderTable(this.#rules.maxResponders);
    this.setDestinations(destinations);
  }

  /** Those who are there, in the order in which they were found. */
  get responders(): readonly FoundResponder[] {
    return this.#table.responders;
  }

  /** Rounds that have begun. */
  get roundCount(): number {
    return this.#round;
  }

  /** Whether everything was asked that is to be asked. */
  get hasAskedAll(): boolean {
    return this.#round >= this.#rules.rounds && this.#waiting.length === 0;
  }

  /** What happened since this was asked last; to be asked after {@link receive} and {@link poll}. */
  takeEvents(): readonly DiscoveryEvent[] {
    return this.#table.takeEvents();
  }

  /**
   * From now on these are asked; those that were asked before go on.
   *
   * @throws UdpError `UDP_BAD_OPTION` where there are more than 1024, or one of them twice.
   */
  setDestinations(destinations: readonly Destination[]): void {
    checkDestinations(destinations);
    const known = new Map(this.#paths.map((path) => [destinationKey(path.destination), path]));
    this.#paths = destinations.map(
      (destination) =>
        known.get(destinationKey(destination)) ??
        new DiscoveryPath<Responder>(destination, this.#takePathNumber()),
    );
    this.#waiting = this.#waiting.filter((path) => this.#paths.includes(path));
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    if (this.#outgoing.length > 0) return Number.NEGATIVE_INFINITY;
    const earliestNs = Math.min(
      this.#nextQueryAtNs(),
      this.#table.nextExpiryNs() ?? Number.POSITIVE_INFINITY,
    );
    return earliestNs === Number.POSITIVE_INFINITY ? undefined : earliestNs;
  }

  /** The queries to be sent now. */
  poll(nowNs: number): readonly OutgoingQuery[] {
    this.#table.expire(nowNs);
    if (this.#waiting.length === 0 && nowNs >= this.#nextRoundAtNs()) this.#begin(nowNs);
    while (this.#waiting.length > 0 && nowNs >= this.#nextQueryAtNs()) this.#ask(nowNs);
    return this.#outgoing.splice(0);
  }

  /** Takes a datagram. */
  receive(bytes: Uint8Array, from: Endpoint, arrival: Arrival, nowNs: number): DiscoveryVerdict {
    const verdict = this.#judge(bytes, from, arrival, nowNs);
    this.counters.verdicts[verdict]++;
    return verdict;
  }

  #judge(bytes: Uint8Array, from: Endpoint, arrival: Arrival, nowNs: number): DiscoveryVerdict {
    const frame = decodeFrame(bytes);
    if (typeof frame === "string") return frame;
    if (frame.type === "query") return "not-an-answer";
    if (frame.type === "goodbye") return this.#table.leave(frame) ? "goodbye" : "idle-goodbye";
    if (frame.id !== this.#queryId) return "other-query";
    const isOnLink = arrival.hopLimit === ON_LINK_HOP_LIMIT;
    if (this.#rules.requiresOnLink && !isOnLink) return "off-link";
    return this.#believe(frame, from, arrival, nowNs);
  }

  #believe(
    answer: AnswerFrame,
    from: Endpoint,
    { interfaceName }: Arrival,
    nowNs: number,
  ): DiscoveryVerdict {
    const named = answer.paths.map((number) => this.#paths.find((path) => path.number === number));
    const [first] = named;
    const sentAtNs = first?.sentAtNs(answer.round);
    if (first === undefined || sentAtNs === undefined) return "never-asked";
    const paths = named.filter((path) => path?.sentAtNs(answer.round) !== undefined);
    const sighting = {
      answer,
      paths: paths.filter((path) => path !== undefined),
      fromAddress: from.address,
      interfaceName: interfaceName ?? first.destination.interfaceName,
      rttMs: Math.max(nsToMs(nowNs - sentAtNs) - answer.heldUs / 1000, 0),
    };
    const news = this.#table.see(sighting, nowNs);
    if (typeof news === "string") return news;
    for (const path of sighting.paths) path.isHeard = true;
    this.#isNews ||= news;
    return "accepted";
  }

  #nextQueryAtNs(): number {
    const [next] = this.#waiting;
    return next === undefined ? this.#nextRoundAtNs() : Math.max(this.#spacedAtNs, next.freeAtNs);
  }

  #nextRoundAtNs(): number {
    if (this.#round >= this.#rules.rounds) return Number.POSITIVE_INFINITY;
    const atNs = this.#freeRoundAtNs();
    return atNs > this.#lastRoundAtNs ? Number.POSITIVE_INFINITY : atNs;
  }

  #freeRoundAtNs(): number {
    const freeAtNs = Math.min(...this.#paths.map((path) => path.freeAtNs));
    const intervalMs = this.#isNews ? this.#rules.intervalMs : this.#intervalMs;
    return Math.max(this.#roundAtNs + msToNs(intervalMs), freeAtNs);
  }

  #begin(nowNs: number): void {
    this.#round++;
    if (this.#round === 1) this.#lastRoundAtNs = nowNs + msToNs(this.#rules.askingMs);
    this.#roundAtNs = nowNs;
    // Those that went last in the last round go last in this one, and are not free before.
    const lastNs = nowNs + msToNs(this.#rules.spacingMs) * this.#paths.length;
    this.#waiting = this.#paths.filter((path) => path.freeAtNs <= lastNs);
    this.#intervalMs = this.#nextIntervalMs();
    this.#isNews = false;
  }

  #nextIntervalMs(): number {
    const { intervalMs, maxIntervalMs } = this.#rules;
    if (this.#isNews) return intervalMs;
    const limitMs = Math.min(maxIntervalMs, this.#table.shortestTtlMs / ROUNDS_PER_TTL);
    return Math.max(intervalMs, Math.min(2 * this.#intervalMs, limitMs));
  }

  #ask(nowNs: number): void {
    const path = this.#waiting.shift();
    if (path === undefined) return;
    const { destination, number } = path;
    const payload = encodeFrame({
      type: "query",
      id: this.#queryId,
      round: this.#round,
      wantsOnLink: this.#rules.requiresOnLink,
      path: number,
      leisureMs: this.#rules.leisureMs,
      known: this.#knownBy(path, nowNs),
    });
    path.noteSent(this.#round, nowNs);
    this.#spacedAtNs = nowNs + msToNs(this.#rules.spacingMs);
    this.counters.sentCount++;
    const to = { address: destination.address, port: this.#port };
    this.#outgoing.push({ payload, to, destination });
  }

  /** Where there are more than a query has room for, each round lists others of them. */
  #knownBy({ reached }: DiscoveryPath<Responder>, nowNs: number): readonly KnownAnswer[] {
    const fresh = [...reached].filter(({ staleAtNs }) => nowNs < staleAtNs);
    const start = fresh.length > MAX_KNOWN_ANSWERS ? this.#round * MAX_KNOWN_ANSWERS : 0;
    const first = start % Math.max(fresh.length, 1);
    return [...fresh.slice(first), ...fresh.slice(0, first)]
      .slice(0, MAX_KNOWN_ANSWERS)
      .map(({ instanceId }) => knownAnswer(instanceId, this.#round));
  }

  #takePathNumber(): number {
    const number = this.#nextPathNumber;
    this.#nextPathNumber = number === MAX_PATH_NUMBER ? 0 : number + 1;
    return this.#paths.some((path) => path.number === number) ? this.#takePathNumber() : number;
  }
}

function checkRules(rules: DiscoveryRules): Required<DiscoveryRules> {
  const { intervalMs = DEFAULTS.intervalMs } = rules;
  const given = { ...DEFAULTS, maxIntervalMs: intervalMs, ...rules };
  return {
    rounds: integerOption("rounds", given.rounds, 1, Number.POSITIVE_INFINITY),
    askingMs: numberOption("askingMs", given.askingMs, 0, Number.POSITIVE_INFINITY),
    intervalMs: numberOption("intervalMs", intervalMs, MIN_INTERVAL_MS, MAX_INTERVAL_MS),
    maxIntervalMs: numberOption("maxIntervalMs", given.maxIntervalMs, intervalMs, MAX_INTERVAL_MS),
    leisureMs: integerOption("leisureMs", given.leisureMs, 0, MAX_LEISURE_MS),
    spacingMs: numberOption("spacingMs", given.spacingMs, 0, MAX_SPACING_MS),
    requiresOnLink: given.requiresOnLink,
    maxResponders: integerOption("maxResponders", given.maxResponders, 1, MAX_RESPONDERS),
  };
}
