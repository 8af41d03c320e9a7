import type { ArrivedDatagram, RefusalReason, ReplyGuard } from "@udp/core";
import type { Responder } from "./responder.ts";
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
  readonly refusals: Readonly<Record<RefusalReason, number>>;
}

/** What is to be done about one datagram: one of the two is given. */
export interface EchoDecision {
  /** Valid until the next datagram. */
  readonly reply?: Uint8Array;
  readonly refusal?: RefusalReason;
}

/** The server without its socket: bytes in, bytes out, and nothing on the way throws. */
export class EchoSession {
  readonly counters: EchoCounters;
  readonly #respond: Responder;
  readonly #guard: ReplyGuard;
  readonly #reply = new Uint8Array(MAX_REPLY_BYTES);

  constructor(respond: Responder, guard: ReplyGuard) {
    this.#respond = respond;
    this.#guard = guard;
    const { refusals } = guard;
    this.counters = { receivedCount: 0, repliedCount: 0, unsentCount: 0, refusals };
  }

  receive(request: ArrivedDatagram, nowNs: number): EchoDecision {
    this.counters.receivedCount++;
    const refusal = this.#guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) return { refusal };
    const replyBytes = this.#respond(request.payload, this.#reply);
    const tooLarge = this.#guard.refuseReply(request, replyBytes);
    if (tooLarge !== undefined) return { refusal: tooLarge };
    return { reply: this.#reply.subarray(0, replyBytes) };
  }

  countReply(isSent: boolean): void {
    if (isSent) this.counters.repliedCount++;
    else this.counters.unsentCount++;
  }
}
