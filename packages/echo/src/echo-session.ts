import type { ArrivedDatagram, ReplyGuard } from "@udp/core";
import { noRefusals } from "@udp/core";
import type { EchoRefusal, Responder } from "./responder.ts";
import { MAX_REPLY_BYTES } from "./responder.ts";

/** What a server has done so far. */
export interface EchoCounters {
  /** Datagrams that arrived. */
  receivedCount: number;
  /** Replies that the system took. */
  repliedCount: number;
  /** Replies that the system did not take: its buffer was full, or there is no way to the client. */
  unsentCount: number;
  /** Datagrams that were not answered, by reason. */
  readonly refusals: Record<EchoRefusal, number>;
}

/** What is to be done about one datagram: one of the two is given. */
export interface EchoDecision {
  /** Valid until the next datagram. */
  readonly reply?: Uint8Array;
  readonly refusal?: EchoRefusal;
}

/** The server without its socket: bytes in, bytes out, and nothing on the way throws. */
export class EchoSession {
  readonly counters: EchoCounters = createCounters();
  readonly #responder: Responder;
  readonly #guard: ReplyGuard;
  readonly #reply = new Uint8Array(MAX_REPLY_BYTES);

  constructor(responder: Responder, guard: ReplyGuard) {
    this.#responder = responder;
    this.#guard = guard;
  }

  receive(request: ArrivedDatagram, nowNs: number): EchoDecision {
    const outcome = this.answer(request, this.#reply, nowNs);
    return typeof outcome === "number"
      ? { reply: this.#reply.subarray(0, outcome) }
      : { refusal: outcome };
  }

  /**
   * The same, with the reply written to memory that holds {@link MAX_REPLY_BYTES}, which may be that of the
   * request. Returns the length of the reply, or why there is none.
   */
  answer(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number | EchoRefusal {
    this.counters.receivedCount++;
    const outcome = this.#judge(request, reply, nowNs);
    if (typeof outcome !== "number") this.counters.refusals[outcome]++;
    return outcome;
  }

  countReplies(sentCount: number, unsentCount: number): void {
    this.counters.repliedCount += sentCount;
    this.counters.unsentCount += unsentCount;
  }

  countReply(isSent: boolean): void {
    if (isSent) this.counters.repliedCount++;
    else this.counters.unsentCount++;
  }

  #judge(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number | EchoRefusal {
    const refusal = this.#guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) {
      this.#responder.countRefusal(request, nowNs);
      return refusal;
    }
    const outcome = this.#responder.answer(request, reply, nowNs);
    if (typeof outcome !== "number") return outcome;
    return this.#guard.refuseReply(request, outcome) ?? outcome;
  }
}

/** Nothing was counted yet. */
export function createCounters(): EchoCounters {
  return {
    receivedCount: 0,
    repliedCount: 0,
    unsentCount: 0,
    refusals: {
      ...noRefusals(),
      "too-short": 0,
      malformed: 0,
      "wrong-hmac": 0,
      replayed: 0,
      "no-room": 0,
    },
  };
}
