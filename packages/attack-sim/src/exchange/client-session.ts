import type { Endpoint, Random, ReplyMatcherOptions, ReplyVerdict } from "@udp/core";
import { ReplyMatcher, SequenceWindow } from "@udp/core";
import type { ClientRules } from "../defences/defence.ts";
import type { ExchangeFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, isAuthentic } from "./frame.ts";
import { randomId } from "./random-id.ts";

/** What a datagram is to the client; only `believed` ends the exchange well. */
export type Judgement =
  | "believed"
  | Exclude<ReplyVerdict, "accepted">
  /** It does not carry the MAC that the key makes of it. */
  | "bad-mac"
  /** Its sequence number was believed before. */
  | "replayed"
  /** By its own time it is too old, or from the future. */
  | "stale"
  /** It came when the exchange had ended. */
  | "over";

/** How an exchange stands. */
export type ExchangeState =
  | "waiting"
  | "believed"
  /** The client is not patient, and ended at an answer that it did not believe. */
  | "gave-up"
  /** The client took fright: it believes nothing more in this exchange. */
  | "alarmed";

/** Who is asked, and what is believed. */
export interface ClientSessionOptions {
  readonly server: Endpoint;
  readonly rules: ClientRules;
  readonly random: Random;
  /** For `checksMac`. */
  readonly key: Uint8Array;
}

/** What the network says of a datagram that was too big, with as much of it as was quoted. */
export interface TooBigReport {
  readonly quotedPayload: Uint8Array;
  readonly destination: Endpoint;
  readonly mtuBytes: number;
}

/** How far behind the highest sequence number one may be (RFC 4303 section 3.4.3: at least 32). */
const REPLAY_WINDOW = 64;

/** What `time-window` believes, either way. */
const TIME_WINDOW_MS = 30_000;

const NEAR_MISSES: readonly Judgement[] = ["wrong-id", "bad-mac"];

/** A client without its socket: what it asks, and whom it believes. One exchange at a time. */
export class ClientSession {
  readonly #options: ClientSessionOptions;
  readonly #matcher: ReplyMatcher;
  readonly #window = new SequenceWindow(REPLAY_WINDOW);
  readonly #ids: bigint[] = [];
  #sequence = 0;
  #state: ExchangeState = "waiting";
  #answer: string | undefined;
  #mtuBytes: number | undefined;
  #ignoredCount = 0;

  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.#matcher = new ReplyMatcher(matcherOptions(options));
  }

  get state(): ExchangeState {
    return this.#state;
  }

  /** The answer that was believed in this exchange. */
  get answer(): string | undefined {
    return this.#answer;
  }

  /** What the client believes of the path's MTU, where somebody told it. */
  get mtuBytes(): number | undefined {
    return this.#mtuBytes;
  }

  /** Datagrams that came and were not believed: what the client can tell about an attack. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Begins an exchange: the requests that leave where the same question is wanted so often. */
  ask(question: string, wantedCount: number, nowMs: number): readonly Uint8Array[] {
    this.abandon();
    this.#state = "waiting";
    this.#answer = undefined;
    const count = this.#options.rules.asksOnce ? 1 : wantedCount;
    return Array.from({ length: count }, () => this.#request(question, nowMs));
  }

  /** The exchange is given up: its answer would be late. */
  abandon(): void {
    for (const id of this.#ids.splice(0)) this.#matcher.abandon(this.#idKey(id));
    this.#state = "gave-up";
  }

  receive(payload: Uint8Array, from: Endpoint, nowMs: number): Judgement {
    if (this.#state !== "waiting") return "over";
    const judgement = this.#judgeAnswer(payload, from, nowMs);
    if (judgement === "believed") this.#believe(payload, from);
    else this.#ignore(judgement);
    return judgement;
  }

  /** What is not believed of the path ends nothing (RFC 8085 section 5.2). */
  receiveTooBig({ quotedPayload, destination, mtuBytes }: TooBigReport, nowMs: number): Judgement {
    if (this.#state !== "waiting") return "over";
    const judgement = this.#judge("request", quotedPayload, destination, nowMs);
    if (judgement === "believed") this.#mtuBytes = mtuBytes;
    else this.#ignoredCount++;
    return judgement;
  }

  #request(question: string, nowMs: number): Uint8Array {
    const { rules, random, key } = this.#options;
    const id = randomId(rules.idBits, random);
    this.#ids.push(id);
    this.#matcher.expect(this.#idKey(id));
    if (!carriesFrame(rules)) return new TextEncoder().encode(question);
    this.#sequence++;
    const frame = { sequence: this.#sequence, id, sentAtMs: nowMs, text: question };
    return encodeFrame({ kind: "request", ...frame }, rules.checksMac ? key : undefined);
  }

  #judgeAnswer(payload: Uint8Array, from: Endpoint, nowMs: number): Judgement {
    const judgement = this.#judge("answer", payload, from, nowMs);
    if (judgement !== "believed" || !this.#options.rules.checksReplay) return judgement;
    const frame = decodeFrame(payload);
    const isNew = frame !== undefined && this.#window.noveltyOf(frame.sequence) === "first";
    return isNew ? judgement : "replayed";
  }

  /** From what a datagram of this kind says, from the cheapest check to the dearest. */
  #judge(
    kind: ExchangeFrame["kind"],
    payload: Uint8Array,
    from: Endpoint,
    nowMs: number,
  ): Judgement {
    const { rules, key } = this.#options;
    const verdict = this.#matcher.judgeInterim(payload, from);
    if (verdict !== "accepted") return verdict;
    if (!carriesFrame(rules)) return "believed";
    const frame = decodeFrame(payload);
    if (frame?.kind !== kind) return "malformed";
    if (rules.checksMac && !isAuthentic(payload, key)) return "bad-mac";
    const isFresh = Math.abs(nowMs - frame.sentAtMs) <= TIME_WINDOW_MS;
    return rules.checksTime && !isFresh ? "stale" : "believed";
  }

  #believe(payload: Uint8Array, from: Endpoint): void {
    this.#matcher.judge(payload, from);
    const frame = carriesFrame(this.#options.rules) ? decodeFrame(payload) : undefined;
    if (frame !== undefined) this.#window.note(frame.sequence);
    this.#answer = frame?.text ?? new TextDecoder().decode(payload);
    this.#state = "believed";
  }

  #ignore(judgement: Judgement): void {
    const { isPatient, stopsAtNearMiss } = this.#options.rules;
    this.#ignoredCount++;
    if (stopsAtNearMiss && NEAR_MISSES.includes(judgement)) this.#state = "alarmed";
    else if (!isPatient) this.#state = "gave-up";
  }

  #idKey(id: bigint): string | undefined {
    return this.#options.rules.idBits === 0 ? undefined : String(id);
  }
}

/** Whether the client's requests have a header; without one they are the bare question. */
export function carriesFrame(rules: ClientRules): boolean {
  return rules.idBits > 0 || rules.checksMac || rules.checksReplay || rules.checksTime;
}

function matcherOptions({ server, rules }: ClientSessionOptions): ReplyMatcherOptions {
  const { checksSource } = rules;
  if (rules.idBits === 0) return { server, policy: checksSource ? "source" : "any" };
  const readId = (payload: Uint8Array): string | undefined => decodeFrame(payload)?.id.toString();
  return { server, policy: checksSource ? "source+id" : "id", readId };
}
