import type { ArrivedDatagram, RefusalReason, ReplyGuard } from "@udp/core";
import type { ProbeReflectorHost } from "./probe/reflector.ts";
import { ProbeReflector } from "./probe/reflector.ts";
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

/** What an {@link EchoSession} is made of. */
export interface EchoSessionOptions {
  readonly respond: Responder;
  readonly guard: ReplyGuard;
  /** The time of day, for the stamps of the `probe` protocol. */
  readonly wallClock: Pick<ProbeReflectorHost, "unixNowNs" | "isClockSynchronised">;
  /** Datagrams that the socket had no room for; `undefined` where nobody counts them. */
  readonly droppedCount?: (() => number | undefined) | undefined;
}

/** The server without its socket: bytes in, bytes out, and nothing on the way throws. */
export class EchoSession {
  readonly counters: EchoCounters;
  readonly #respond: Responder;
  readonly #guard: ReplyGuard;
  readonly #probes: ProbeReflector;
  readonly #reply = new Uint8Array(MAX_REPLY_BYTES);

  constructor({ respond, guard, wallClock, droppedCount }: EchoSessionOptions) {
    this.#respond = respond;
    this.#guard = guard;
    const { refusals } = guard;
    this.counters = { receivedCount: 0, repliedCount: 0, unsentCount: 0, refusals };
    this.#probes = new ProbeReflector({
      ...wallClock,
      socketLosses: () => ({
        droppedCount: droppedCount?.(),
        unsentCount: this.counters.unsentCount,
      }),
    });
  }

  receive(request: ArrivedDatagram, nowNs: number): EchoDecision {
    this.counters.receivedCount++;
    const refusal = this.#guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) {
      this.#probes.countRefusal(request);
      return { refusal };
    }
    const replyBytes =
      this.#probes.answer(request, this.#reply, nowNs) ??
      this.#respond(request.payload, this.#reply);
    const tooLarge = this.#guard.refuseReply(request, replyBytes);
    if (tooLarge !== undefined) return { refusal: tooLarge };
    return { reply: this.#reply.subarray(0, replyBytes) };
  }

  countReply(isSent: boolean): void {
    if (isSent) this.counters.repliedCount++;
    else this.counters.unsentCount++;
  }
}
