import type { ArrivedDatagram, Endpoint, RefusalReason, ReplyGuard } from "@udp/core";
import { writeAddressWords } from "@udp/core";
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
  readonly #request: ArrivedDatagram = {
    payload: this.#reply,
    sourceAddress: new Uint32Array(4),
    sourcePort: 0,
  };
  #lastAddress = "";

  constructor(respond: Responder, guard: ReplyGuard) {
    this.#respond = respond;
    this.#guard = guard;
    const { refusals } = guard;
    this.counters = { receivedCount: 0, repliedCount: 0, unsentCount: 0, refusals };
  }

  receive(payload: Uint8Array, from: Endpoint, nowNs: number): EchoDecision {
    this.counters.receivedCount++;
    const request = this.#arrived(payload, from);
    const refusal = this.#guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) return { refusal };
    const replyBytes = this.#respond(payload, this.#reply);
    const tooLarge = this.#guard.refuseReply(request, replyBytes);
    if (tooLarge !== undefined) return { refusal: tooLarge };
    return { reply: this.#reply.subarray(0, replyBytes) };
  }

  countReply(isSent: boolean): void {
    if (isSent) this.counters.repliedCount++;
    else this.counters.unsentCount++;
  }

  #arrived(payload: Uint8Array, from: Endpoint): ArrivedDatagram {
    const request = this.#request;
    if (from.address !== this.#lastAddress) {
      writeAddressWords(from.address, request.sourceAddress);
      this.#lastAddress = from.address;
    }
    request.payload = payload;
    request.sourcePort = from.port;
    return request;
  }
}
