import type { Endpoint, Random, ReplyGuard } from "@udp/core";
import {
  AddressCookies,
  AMPLIFICATION_LIMIT,
  addressFamily,
  addressWords,
  msToNs,
  nsToMs,
  TimerQueue,
  udpPacketBytes,
} from "@udp/core";
import type { BootId, FrameFault, RequestFrame, RequestId, ServerFrame } from "./frame.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { FrameLimits } from "./limits.ts";
import { maxAnswerBytes } from "./limits.ts";
import type { OutgoingFrame } from "./requester-session.ts";
import type {
  CachedRequest,
  CachedRequestSnapshot,
  ResponseCacheLimits,
  ResultBody,
} from "./response-cache.ts";
import { checkRoom, ResponseCache } from "./response-cache.ts";
import type { IgnoredReason, ServerCounters } from "./server-counters.ts";
import { serverCounters } from "./server-counters.ts";

/** What a {@link ServerSession} is made of. */
export interface ServerSessionOptions extends FrameLimits, ResponseCacheLimits {
  readonly guard: ReplyGuard;
  readonly bootId: BootId;
  /** When a client is told that its request is being carried out. */
  readonly acknowledgeAfterMs: number;
  /**
   * Nothing is carried out before the client has shown that it receives where it says. With a `key`
   * always, so that no old frame can be replayed; without one where the memory is half full.
   */
  readonly requiresCookie: boolean;
  /** What was carried out. Default: nothing yet, within the limits given here. */
  readonly cache?: ResponseCache;
  /** Makes the keys of the cookies. Default: one that cannot be predicted. */
  readonly random?: Random;
}

/** What a server knows, as plain data. */
export interface ServerSnapshot {
  readonly bootId: BootId;
  readonly uptimeMs: number;
  /** Those that are remembered, in the order in which they will be forgotten. */
  readonly requests: readonly CachedRequestSnapshot[];
}

/** A request to be carried out; {@link ServerSession.finish} takes what it comes to. */
export interface Execution {
  readonly id: RequestId;
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

/** What is to be done about a datagram: at most one of the two is given. */
export interface Reception {
  readonly execution?: Execution;
  readonly ignored?: IgnoredReason;
}

/** A cookie here is good for being answered. */
const COOKIE_PURPOSE = 2;

/**
 * The server without its socket: each request is carried out at most once, and answered as often as
 * it is asked. Nothing that arrives makes it throw.
 */
export class ServerSession {
  readonly counters: ServerCounters;
  readonly #options: ServerSessionOptions;
  readonly #cookies: AddressCookies;
  readonly #cache: ResponseCache;
  readonly #acknowledgements = new TimerQueue();
  readonly #outgoing: OutgoingFrame[] = [];
  #startedAtNs: number;
  #nowNs = 0;

  /**
   * @param startedAtNs since when no other server receives there; left out until {@link begin} says.
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  constructor(options: ServerSessionOptions, startedAtNs: number = Number.POSITIVE_INFINITY) {
    this.#options = options;
    this.#cookies = new AddressCookies(COOKIE_PURPOSE, options.random);
    checkRoom(options, maxAnswerBytes(options));
    this.#cache = options.cache ?? new ResponseCache(msToNs(options.lifetimeMs), options);
    this.#startedAtNs = startedAtNs;
    this.counters = serverCounters(options.guard.refusals);
  }

  /**
   * What it knows now, for diagnostics and tests. Times are relative, so that equal situations look
   * equal whenever they are.
   */
  inspect(nowNs: number): ServerSnapshot {
    return {
      bootId: this.#options.bootId,
      uptimeMs: this.#uptimeMs(nowNs),
      requests: this.#cache.inspect(nowNs),
    };
  }

  /** From now on no other server receives there. */
  begin(nowNs: number): void {
    this.#startedAtNs = nowNs;
  }

  /** Takes a datagram. What is to be sent, {@link poll} says. */
  receive(bytes: Uint8Array, from: Endpoint, nowNs: number): Reception {
    this.#nowNs = nowNs;
    this.counters.receivedCount++;
    const arrived = {
      payload: bytes,
      sourceAddress: addressWords(from.address),
      sourcePort: from.port,
    };
    const refusal = this.#options.guard.refuseRequest(arrived, nowNs);
    if (refusal !== undefined) return { ignored: refusal };
    const frame = decodeFrame(bytes, this.#options.key);
    if (typeof frame === "string") return this.#ignore(frame);
    if (frame.type !== "request") return this.#ignore("not-a-request");
    return this.#take(frame, from, bytes.byteLength);
  }

  /** What a request came to. Nothing where it is not known, or has come to something before. */
  finish(id: RequestId, result: ResultBody, nowNs: number): void {
    this.#nowNs = nowNs;
    const request = this.#cache.find(id);
    if (request === undefined || request.result !== undefined) return;
    const limitBytes = maxAnswerBytes(this.#options);
    const isTooLarge = result.type !== "too-large" && result.payload.byteLength > limitBytes;
    const kept: ResultBody = isTooLarge ? { type: "too-large", limitBytes } : result;
    this.#cache.settle(request, kept, kept.type === "too-large" ? 0 : kept.payload.byteLength);
    this.#answer(request, kept);
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    if (this.#outgoing.length > 0) return Number.NEGATIVE_INFINITY;
    const deadlinesNs = [this.#acknowledgements.nextDeadlineNs(), this.#cache.nextExpiryNs()];
    const earliestNs = Math.min(
      ...deadlinesNs.map((deadlineNs) => deadlineNs ?? Number.POSITIVE_INFINITY),
    );
    return earliestNs === Number.POSITIVE_INFINITY ? undefined : earliestNs;
  }

  /** The datagrams to be sent now. */
  poll(nowNs: number): readonly OutgoingFrame[] {
    this.#nowNs = nowNs;
    this.#cache.expire(nowNs);
    this.counters.rememberedCount = this.#cache.size;
    const timers = this.#acknowledgements;
    for (let due = timers.takeDue(nowNs); due; due = timers.takeDue(nowNs)) due.callback();
    return this.#outgoing.splice(0);
  }

  #uptimeMs(nowNs: number): number {
    return Math.max(nsToMs(nowNs - this.#startedAtNs), 0);
  }

  #take(frame: RequestFrame, from: Endpoint, frameBytes: number): Reception {
    const { bootId } = this.#options;
    if (frame.bootId !== undefined && frame.bootId !== bootId) {
      const uptimeMs = Math.floor(this.#uptimeMs(this.#nowNs));
      this.#send({ ...this.#head(frame), type: "stale-boot", uptimeMs }, from);
      return {};
    }
    const isValidated =
      frame.cookie !== undefined && this.#cookies.isValid(frame.cookie, from, this.#nowNs);
    const known = this.#cache.find(frame.id);
    if (known === undefined) return this.#admit(frame, from, frameBytes, isValidated);
    this.counters.duplicateCount++;
    this.#cache.refresh(known, this.#nowNs);
    this.#note(known, frame, from, frameBytes, isValidated);
    if (known.result === undefined) this.#acknowledge(known);
    else this.#answer(known, known.result);
    return {};
  }

  /** Also where forged requests might fill the memory. */
  get #wantsCookies(): boolean {
    const { requiresCookie, key } = this.#options;
    return requiresCookie || key !== undefined || this.#cache.isHalfFull;
  }

  #admit(frame: RequestFrame, from: Endpoint, frameBytes: number, isValidated: boolean): Reception {
    const answerBytes = maxAnswerBytes(this.#options);
    const mustShow = !isValidated && this.#wantsCookies;
    if (mustShow && this.#cache.hasRoomFor(from, answerBytes)) {
      this.#challenge(frame, from);
      return {};
    }
    const { id, attempt, payload } = frame;
    const request = this.#cache.admit({ id, endpoint: from, attempt }, answerBytes, this.#nowNs);
    if (request === undefined) {
      this.#send({ ...this.#head(frame), type: "busy" }, from);
      return {};
    }
    this.counters.executedCount++;
    this.#note(request, frame, from, frameBytes, isValidated);
    const acknowledgeAtNs = this.#nowNs + msToNs(this.#options.acknowledgeAfterMs);
    this.#acknowledgements.add(acknowledgeAtNs, () => {
      if (request.result === undefined && !request.isAcknowledged) this.#acknowledge(request);
    });
    return { execution: { id, payload, from } };
  }

  /** Another transmission: what is sent from now on answers this one. */
  #note(
    request: CachedRequest,
    frame: RequestFrame,
    from: Endpoint,
    frameBytes: number,
    isValidated: boolean,
  ): void {
    const isSame = request.endpoint.address === from.address && request.endpoint.port === from.port;
    request.isValidated = isValidated || (isSame && request.isValidated);
    request.receivedBytes = packetBytes(frameBytes, from) + (isSame ? request.receivedBytes : 0);
    request.sentBytes = isSame ? request.sentBytes : 0;
    request.endpoint = from;
    request.attempt = frame.attempt;
    request.arrivedAtNs = this.#nowNs;
  }

  #acknowledge(request: CachedRequest): void {
    request.isAcknowledged = true;
    this.#sendFor(request, {
      ...this.#head(request),
      type: "acknowledgement",
      heldUs: this.#heldUs(request),
    });
  }

  #answer(request: CachedRequest, result: ResultBody): void {
    const head = this.#head(request);
    if (result.type === "too-large") this.#sendFor(request, { ...head, ...result });
    else this.#sendFor(request, { ...head, ...result, heldUs: this.#heldUs(request) });
  }

  /** A peer that has not shown that it receives there is sent three times what came, and no more. */
  #sendFor(request: CachedRequest, frame: ServerFrame): void {
    if (this.#sendWithin(request, frame)) return;
    this.#sendWithin(request, this.#cookieFrame(request, request.endpoint));
  }

  /** Whether it may be sent; cookies count too. */
  #sendWithin(request: CachedRequest, frame: ServerFrame): boolean {
    const { endpoint, isValidated, receivedBytes } = request;
    const payload = encodeFrame(frame, this.#options.key);
    const sentBytes = request.sentBytes + packetBytes(payload.byteLength, endpoint);
    if (!isValidated && sentBytes > AMPLIFICATION_LIMIT * receivedBytes) return false;
    request.sentBytes = sentBytes;
    this.#hand(frame, payload, endpoint);
    return true;
  }

  #challenge(request: { id: RequestId; attempt: number }, to: Endpoint): void {
    this.#send(this.#cookieFrame(request, to), to);
  }

  #cookieFrame(request: { id: RequestId; attempt: number }, to: Endpoint): ServerFrame {
    const cookie = this.#cookies.make(to, this.#nowNs);
    return { ...this.#head(request), type: "cookie", cookie };
  }

  #head({ id, attempt }: { id: RequestId; attempt: number }) {
    return { id, attempt, bootId: this.#options.bootId };
  }

  #heldUs({ arrivedAtNs }: CachedRequest): number {
    return (this.#nowNs - arrivedAtNs) / 1000;
  }

  #send(frame: ServerFrame, to: Endpoint): void {
    this.#hand(frame, encodeFrame(frame, this.#options.key), to);
  }

  #hand({ type }: ServerFrame, payload: Uint8Array, to: Endpoint): void {
    this.counters.sent[type]++;
    this.#outgoing.push({ payload, to });
  }

  #ignore(ignored: FrameFault | "not-a-request"): Reception {
    this.counters.ignored[ignored]++;
    return { ignored };
  }
}

/** What a payload costs on the wire. */
function packetBytes(payloadBytes: number, { address }: Endpoint): number {
  return udpPacketBytes(payloadBytes, addressFamily(address));
}
