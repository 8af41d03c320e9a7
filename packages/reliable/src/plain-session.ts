import type { BackoffOptions, Endpoint, Random, ReplyVerdict } from "@udp/core";
import { backoffDelaysMs, maxPayloadBytes, msToNs, ReplyMatcher } from "@udp/core";
import type { ReliableError } from "./errors.ts";
import type { Settlement } from "./pending-request.ts";
import { noAnswer, requestTooLarge } from "./request-failure.ts";
import type { OutgoingFrame } from "./requester-session.ts";

/** Whom a {@link PlainSession} asks, what, and how often. */
export interface PlainSessionOptions {
  readonly server: Endpoint;
  readonly payload: Uint8Array;
  readonly backoff: BackoffOptions;
  /** Spreads the waits. */
  readonly random: Random;
  /** Told once what became of the request, and of each transmission. */
  readonly settlement: Settlement;
}

/**
 * One request without frames, as the lesson's client makes it, and without its socket: the same bytes
 * again and again, until the server sends anything. Which transmission an answer is to, nothing says.
 */
export class PlainSession {
  readonly counters = { unsentCount: 0 };
  readonly #options: PlainSessionOptions;
  readonly #matcher: ReplyMatcher;
  readonly #waits: Iterator<number, void>;
  #attempts = 0;
  #firstSentAtNs = 0;
  /** When the wait is over; `undefined` once the request has come to something. */
  #deadlineNs: number | undefined = Number.NEGATIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`; ReliableError `RELIABLE_TOO_LARGE`. */
  constructor(options: PlainSessionOptions) {
    const { server, backoff, random } = options;
    this.#options = options;
    this.#waits = backoffDelaysMs(backoff, random);
    this.#matcher = new ReplyMatcher({ policy: "source", server });
    checkPayload(options);
  }

  receive(bytes: Uint8Array, from: Endpoint, nowNs: number): ReplyVerdict {
    const verdict = this.#matcher.judge(bytes, from);
    if (verdict !== "accepted") return verdict;
    this.#deadlineNs = undefined;
    this.#options.settlement.answered({
      payload: bytes,
      from,
      attempts: this.#attempts,
      elapsedNs: nowNs - this.#firstSentAtNs,
    });
    return verdict;
  }

  /** Ends the request, unless it has come to something. */
  fail(error: ReliableError): void {
    if (this.#deadlineNs === undefined) return;
    this.#deadlineNs = undefined;
    this.#matcher.abandon();
    this.#options.settlement.failed(error);
  }

  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined {
    return this.#deadlineNs;
  }

  /** The datagram to be sent now, if any. */
  poll(nowNs: number): readonly OutgoingFrame[] {
    if (this.#deadlineNs === undefined || nowNs < this.#deadlineNs) return [];
    const { server, payload, settlement } = this.#options;
    const wait = this.#waits.next();
    if (wait.done) {
      this.fail(noAnswer(server, this.#attempts));
      return [];
    }
    this.#attempts++;
    if (this.#attempts === 1) {
      this.#firstSentAtNs = nowNs;
      this.#matcher.expect();
    }
    this.#deadlineNs = nowNs + msToNs(wait.value);
    const cause = this.#attempts === 1 ? "first" : "unanswered";
    settlement.transmitted?.(this.#attempts, wait.value, cause);
    return [{ payload, to: server }];
  }
}

function checkPayload({ payload, server }: PlainSessionOptions): void {
  const limitBytes = maxPayloadBytes(server);
  if (payload.byteLength <= limitBytes) return;
  throw requestTooLarge(payload.byteLength, limitBytes);
}
