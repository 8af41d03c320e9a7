import type { Endpoint, ReplyVerdict, UdpError } from "@udp/core";
import { formatEndpoint, ReplyMatcher } from "@udp/core";
import { EchoError } from "./errors.ts";

export interface AskSessionOptions {
  readonly server: Endpoint;
  /** From the send on. */
  readonly timeoutNs: number;
  readonly acceptAny: boolean;
}

/** One request without its socket: what is believed, and what errors of the network mean. */
export class AskSession {
  readonly #options: AskSessionOptions;
  readonly #matcher: ReplyMatcher;
  #softError: UdpError | undefined;
  /** What arrives afterwards is late, however long its way into the program took. */
  #deadlineNs = Number.POSITIVE_INFINITY;

  constructor(options: AskSessionOptions) {
    const { server, acceptAny } = options;
    this.#options = options;
    this.#matcher = new ReplyMatcher({ policy: acceptAny ? "any" : "source", server });
  }

  /** The request leaves. Returns until when an answer is awaited. */
  send(nowNs: number): number {
    this.#matcher.expect();
    this.#deadlineNs = nowNs + this.#options.timeoutNs;
    return this.#deadlineNs;
  }

  get verdictCounts(): Readonly<Record<ReplyVerdict, number>> {
    return this.#matcher.counts;
  }

  receive(payload: Uint8Array, from: Endpoint, nowNs: number): ReplyVerdict {
    if (nowNs > this.#deadlineNs) this.#matcher.abandon();
    return this.#matcher.judge(payload, from);
  }

  /**
   * The end of the wait where the server's host says that nobody listens. Other errors may pass
   * (RFC 8085 section 5.2), so they only explain a silence.
   */
  failure(cause: UdpError): EchoError | undefined {
    this.#softError = cause;
    if (cause.code !== "UDP_REFUSED") return undefined;
    const message = `Nothing is listening at ${formatEndpoint(this.#options.server)}`;
    return new EchoError("ECHO_NOT_LISTENING", message, { cause });
  }

  silence(): EchoError {
    const { counts } = this.#matcher;
    const ignoredCount = counts["wrong-address"] + counts["wrong-port"];
    const others = ignoredCount === 0 ? "" : ` (ignored ${ignoredCount} from elsewhere)`;
    const reason = this.#softError === undefined ? "" : `: ${this.#softError.message}`;
    const message = `No reply came from ${formatEndpoint(this.#options.server)}${others}${reason}`;
    return new EchoError("ECHO_NO_REPLY", message, { cause: this.#softError });
  }
}
