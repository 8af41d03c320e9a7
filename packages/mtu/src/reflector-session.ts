import type { Endpoint, Random, RefusalReason, ReplyGuard } from "@udp/core";
import { AddressCookies, addressFamily, addressWords, maxPayloadBytes } from "@udp/core";
import { ByteBudget } from "./byte-budget.ts";
import type { Frame, FrameType, SizedRefusal, SizedRequestFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, isMarked } from "./frame.ts";
import { packetBytesOf } from "./packet-size.ts";

/** Bytes of sized datagrams, with their headers, that leave in a minute where nothing else is said. */
export const DEFAULT_BUDGET_BYTES = 40_000_000;

/** Sized datagrams are what a cookie is good for. */
const COOKIE_PURPOSE = 1;

/** What a reflector sends. */
export type AnswerType = "acknowledgement" | "cookie" | "sized-datagram" | "refusal";

/** Why a datagram gets no answer. */
export type IgnoredReason =
  | RefusalReason
  /** No datagram of this protocol. */
  | "foreign"
  /** Another version or type, or a length that is not the one it declares: it was cut on the way. */
  | "malformed";

/** What a reflector has done so far. */
export interface ReflectorCounters {
  /** Datagrams that arrived. */
  receivedCount: number;
  /** Answers that the system took, by type. */
  readonly sent: Record<AnswerType, number>;
  /** Payload bytes of the sized datagrams among them. */
  sizedPayloadBytes: number;
  /** Sized datagrams that were refused, by reason, whether the client could be told or not. */
  readonly refusedSized: Record<SizedRefusal, number>;
  /** Answers that the system did not take: its buffer was full, or there is no way to the client. */
  unsentCount: number;
  /** Datagrams without an answer, by reason. */
  readonly ignored: Record<"foreign" | "malformed", number> & {
    readonly refusals: Readonly<Record<RefusalReason, number>>;
  };
}

/** One datagram to be sent to where the request came from. */
export interface ReflectorAnswer {
  readonly type: AnswerType;
  readonly payload: Uint8Array;
}

/** What is to be done about one datagram: one of the two is given. */
export interface ReflectorDecision {
  readonly answer?: ReflectorAnswer;
  readonly ignored?: IgnoredReason;
}

/** What a {@link ReflectorSession} is made of. */
export interface ReflectorSessionOptions {
  readonly guard: ReplyGuard;
  /** Bytes a minute, at least 0. Default {@link DEFAULT_BUDGET_BYTES}. */
  readonly budgetBytes?: number | undefined;
  /** Makes the keys of the cookies. Default: one that cannot be predicted. */
  readonly random?: Random;
}

/** The far end without its socket: bytes in, bytes out, and nothing on the way throws. */
export class ReflectorSession {
  readonly counters: ReflectorCounters;
  readonly #guard: ReplyGuard;
  readonly #cookies: AddressCookies;
  readonly #budget: ByteBudget;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor({ guard, budgetBytes = DEFAULT_BUDGET_BYTES, random }: ReflectorSessionOptions) {
    this.#guard = guard;
    this.#cookies = new AddressCookies(COOKIE_PURPOSE, random);
    this.#budget = new ByteBudget(budgetBytes);
    this.counters = {
      receivedCount: 0,
      sent: { acknowledgement: 0, cookie: 0, "sized-datagram": 0, refusal: 0 },
      sizedPayloadBytes: 0,
      refusedSized: { cookie: 0, budget: 0, "too-large": 0 },
      unsentCount: 0,
      ignored: { foreign: 0, malformed: 0, refusals: guard.refusals },
    };
  }

  receive(payload: Uint8Array, from: Endpoint, nowNs: number): ReflectorDecision {
    this.counters.receivedCount++;
    const sourceAddress = addressWords(from.address);
    const request = { payload, sourceAddress, sourcePort: from.port };
    const refusal = this.#guard.refuseRequest(request, nowNs);
    if (refusal !== undefined) return { ignored: refusal };
    const frame = decodeFrame(payload);
    const answer = frame && this.#answer(frame, from, nowNs);
    return answer === undefined ? this.#ignore(payload) : { answer };
  }

  /** The answer in place of a sized datagram that the host cannot send whole. */
  refuseAsTooLarge({ payload }: ReflectorAnswer): ReflectorAnswer | undefined {
    const frame = decodeFrame(payload);
    return frame?.type === "sized-datagram" ? this.#refuse(frame, "too-large") : undefined;
  }

  countSent({ type, payload }: ReflectorAnswer): void {
    this.counters.sent[type]++;
    if (type === "sized-datagram") this.counters.sizedPayloadBytes += payload.byteLength;
  }

  countUnsent(): void {
    this.counters.unsentCount++;
  }

  #ignore(payload: Uint8Array): ReflectorDecision {
    const ignored = isMarked(payload) ? "malformed" : "foreign";
    this.counters.ignored[ignored]++;
    return { ignored };
  }

  #answer(frame: Frame, from: Endpoint, nowNs: number): ReflectorAnswer | undefined {
    const { nonce } = frame;
    switch (frame.type) {
      case "probe":
        return answerOf({ type: "acknowledgement", nonce, payloadBytes: frame.payloadBytes });
      case "cookie-request":
        return answerOf({ type: "cookie", nonce, cookie: this.#cookies.make(from, nowNs) });
      case "sized-request":
        return this.#answerSized(frame, from, nowNs);
      default:
        return undefined;
    }
  }

  #answerSized(request: SizedRequestFrame, from: Endpoint, nowNs: number): ReflectorAnswer {
    const { nonce, payloadBytes, cookie } = request;
    if (!this.#cookies.isValid(cookie, from, nowNs)) return this.#refuse(request, "cookie");
    if (payloadBytes > maxPayloadBytes(from)) return this.#refuse(request, "too-large");
    const packetBytes = packetBytesOf(payloadBytes, addressFamily(from.address));
    if (!this.#budget.take(from, packetBytes, nowNs)) return this.#refuse(request, "budget");
    return answerOf({ type: "sized-datagram", nonce, payloadBytes });
  }

  #refuse(
    { nonce, payloadBytes }: Pick<SizedRequestFrame, "nonce" | "payloadBytes">,
    reason: SizedRefusal,
  ): ReflectorAnswer {
    this.counters.refusedSized[reason]++;
    return answerOf({ type: "refusal", nonce, payloadBytes, reason });
  }
}

const ANSWER_TYPES: ReadonlySet<FrameType> = new Set<AnswerType>([
  "acknowledgement",
  "cookie",
  "sized-datagram",
  "refusal",
]);

/** Whether a payload is what a reflector sends: one that answered it could be made to loop. */
export function isReflectorAnswer(payload: Uint8Array): boolean {
  const frame = decodeFrame(payload);
  return frame !== undefined && ANSWER_TYPES.has(frame.type);
}

function answerOf(frame: Frame & { readonly type: AnswerType }): ReflectorAnswer {
  return { type: frame.type, payload: encodeFrame(frame) };
}
