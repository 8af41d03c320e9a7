import { randomBytes } from "node:crypto";
import type {
  Clock,
  DatagramServer,
  DatagramService,
  DatagramSocket,
  Endpoint,
  ListenOptions,
  OutgoingDatagram,
  RefusalReason,
  ReplyLimits,
} from "@udp/core";
import {
  addressWords,
  isLengthReply,
  numberOption,
  ReplyGuard,
  SessionDriver,
  serveDatagrams,
  systemClock,
  tell,
  trySend,
  trySendOutgoing,
  UdpError,
  writeLengthReply,
} from "@udp/core";
import { createBootId, isMarked } from "./frame.ts";
import type { FrameLimitOptions } from "./limits.ts";
import { frameLimits, maxAnswerBytes } from "./limits.ts";
import { copyPayload } from "./payload.ts";
import type { ResponseCacheLimits, ResultBody } from "./response-cache.ts";
import type { IgnoredReason, ServerCounters } from "./server-counters.ts";
import type { Execution } from "./server-session.ts";
import { ServerSession } from "./server-session.ts";

/** A request that is to be carried out. */
export interface IncomingRequest {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

/**
 * Carries out a request, once. What it throws becomes an error answer, with the error's message, and
 * so does an answer that is neither bytes nor text.
 */
export type RequestHandler = (
  request: IncomingRequest,
) => Uint8Array | string | Promise<Uint8Array | string>;

/** Where {@link serveRequests} listens, what it promises and which limits it keeps. */
export interface ServeRequestsOptions
  extends ListenOptions,
    ReplyLimits,
    FrameLimitOptions,
    ResponseCacheLimits {
  /** When a client is told that its request is being carried out, 1 to 10,000 ms. Default 50. */
  readonly acknowledgeAfterMs?: number | undefined;
  /**
   * Carry nothing out before the client has shown that it receives where it says: one round trip
   * more, and no request is carried out again by a server that was started anew. Default `false`;
   * with a `key` always.
   */
  readonly requiresCookie?: boolean | undefined;
  /**
   * Answer what is no frame with its length, as the lesson's server does. Default `false`; not with a
   * `key` or `requiresCookie`, which text cannot meet.
   */
  readonly answersPlainText?: boolean | undefined;
  /** Told of each request before it is carried out. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: IncomingRequest) => void) | undefined;
  /**
   * Told of each request whose handler failed, and of what it threw; the client is told the message
   * alone. What it throws is an uncaught exception.
   */
  readonly onFailed?: ((request: IncomingRequest, reason: unknown) => void) | undefined;
  /** Told of each datagram that is not answered. What it throws is an uncaught exception. */
  readonly onIgnored?: ((ignored: IgnoredDatagram) => void) | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** A datagram that is not answered. */
export interface IgnoredDatagram extends IncomingRequest {
  readonly reason: IgnoredReason;
}

/** What a server has done so far. */
export interface RequestServerCounters extends ServerCounters {
  /** Answers to plain text. */
  plainCount: number;
}

/** A running server; ends by `close`, by its signal, or at the end of an `await using` block. */
export type RequestServer = DatagramServer<RequestServerCounters>;

/**
 * Serves requests: each is carried out at most once, however often it arrives, and answered each
 * time. A full memory carries nothing out rather than something twice.
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`,
 * `UDP_NAME_NOT_FOUND`, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_SYSTEM`.
 */
export async function serveRequests(
  handler: RequestHandler,
  options: ServeRequestsOptions = {},
): Promise<RequestServer> {
  if (typeof handler !== "function") {
    throw new UdpError("UDP_BAD_OPTION", `handler: expected a function; got ${typeof handler}`);
  }
  const services: RequestService[] = [];
  const server = await serveDatagrams(options, (local) => {
    const service = new RequestService(handler, local, options);
    services.push(service);
    return service;
  });
  services.at(-1)?.begin();
  const close = (): void => {
    server.close();
    for (const service of services) service[Symbol.dispose]();
    options.signal?.removeEventListener("abort", close);
  };
  options.signal?.addEventListener("abort", close, { once: true });
  return { ...server, close, [Symbol.asyncDispose]: async () => close() };
}

class RequestService implements DatagramService<RequestServerCounters>, Disposable {
  readonly guard: ReplyGuard;
  readonly counters: RequestServerCounters;
  readonly #handler: RequestHandler;
  readonly #options: ServeRequestsOptions;
  readonly #session: ServerSession;
  readonly #driver: SessionDriver<OutgoingDatagram, DatagramSocket>;
  readonly #clock: Clock;
  readonly #maxAnswerBytes: number;
  readonly #plainAnswer = new Uint8Array(64);

  constructor(handler: RequestHandler, local: Endpoint, options: ServeRequestsOptions) {
    const { clock = systemClock, acknowledgeAfterMs = 50, requiresCookie = false } = options;
    const limits = frameLimits(options);
    numberOption("acknowledgeAfterMs", acknowledgeAfterMs, 1, 10_000);
    checkPlainText(options);
    this.#handler = handler;
    this.#options = options;
    this.#clock = clock;
    this.#maxAnswerBytes = maxAnswerBytes(limits);
    this.guard = new ReplyGuard({ ...options, local, isOwnReply: isLengthReply });
    this.#session = new ServerSession({
      ...options,
      ...limits,
      guard: this.guard,
      bootId: createBootId(randomBytes),
      acknowledgeAfterMs,
      requiresCookie,
    });
    this.#driver = new SessionDriver(this.#session, clock, trySendOutgoing);
    this.counters = Object.assign(this.#session.counters, { plainCount: 0 });
  }

  readonly onDatagram = (payload: Uint8Array, from: Endpoint, socket: DatagramSocket): void => {
    const isPlain = this.#options.answersPlainText && !isMarked(payload);
    const ignored = isPlain
      ? this.#answerPlainText(payload, from, socket)
      : this.#take(payload, from, socket);
    if (ignored !== undefined) tell(this.#options.onIgnored, { payload, from, reason: ignored });
  };

  /** The socket is open: whoever had the port before has it no more. */
  begin(): void {
    this.#session.begin(this.#clock.nowNs());
  }

  /** What it remembers must not keep the process alive. */
  [Symbol.dispose](): void {
    this.#driver[Symbol.dispose]();
  }

  #take(payload: Uint8Array, from: Endpoint, socket: DatagramSocket): IgnoredReason | undefined {
    const { execution, ignored } = this.#session.receive(payload, from, this.#clock.nowNs());
    if (execution !== undefined) this.#execute(execution, socket);
    this.#driver.advance(socket);
    return ignored;
  }

  #execute({ id, payload, from }: Execution, socket: DatagramSocket): void {
    tell(this.#options.onRequest, { payload, from });
    void this.#resultOf({ payload, from }).then((result) => {
      this.#session.finish(id, result, this.#clock.nowNs());
      this.#driver.advance(socket);
    });
  }

  async #resultOf(request: IncomingRequest): Promise<ResultBody> {
    try {
      return { type: "answer", payload: copyPayload("answer", await this.#handler(request)) };
    } catch (error) {
      tell(this.#options.onFailed, request, error);
      return { type: "error", payload: cutText(reasonOf(error), this.#maxAnswerBytes) };
    }
  }

  #answerPlainText(
    payload: Uint8Array,
    from: Endpoint,
    socket: DatagramSocket,
  ): RefusalReason | undefined {
    this.counters.receivedCount++;
    const sourceAddress = addressWords(from.address);
    const request = { payload, sourceAddress, sourcePort: from.port };
    const refusal = this.guard.refuseRequest(request, this.#clock.nowNs());
    if (refusal !== undefined) return refusal;
    const answer = this.#plainAnswer;
    const answerBytes = writeLengthReply(payload.byteLength, answer);
    const tooLarge = this.guard.refuseReply(request, answerBytes);
    if (tooLarge !== undefined) return tooLarge;
    tell(this.#options.onRequest, { payload, from });
    if (trySend(socket, answer.subarray(0, answerBytes), from)) this.counters.plainCount++;
    else this.counters.unsentCount++;
    return undefined;
  }
}

/** What the client is told. Even that may throw, where a handler throws strange things. */
function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.message}` : String(error);
  } catch {
    return "the handler threw what cannot be described";
  }
}

/** As much of it as fits, in whole characters. */
function cutText(text: string, maxBytes: number): Uint8Array {
  const beginning = new TextEncoder().encode(text).subarray(0, maxBytes);
  return new TextEncoder().encode(new TextDecoder().decode(beginning, { stream: true }));
}

/** @throws UdpError `UDP_BAD_OPTION`. */
function checkPlainText({ answersPlainText, requiresCookie, key }: ServeRequestsOptions): void {
  if (!answersPlainText || !(requiresCookie || key)) return;
  const message =
    "answersPlainText: plain text carries neither a cookie nor a code made with a key";
  throw new UdpError("UDP_BAD_OPTION", message);
}
