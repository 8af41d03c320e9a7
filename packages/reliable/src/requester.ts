import { randomBytes } from "node:crypto";
import type {
  AddressFamily,
  Clock,
  DatagramSocket,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  Random,
  ReplyVerdict,
} from "@udp/core";
import {
  checkPeerAddress,
  checkPort,
  choiceOption,
  DEFAULT_PORT,
  firstThatWorks,
  formatEndpoint,
  msToNs,
  nsToMs,
  numberOption,
  openBunSocket,
  parseAddress,
  resolveHost,
  secureRandom,
  systemClock,
  UdpError,
  unlessAborted,
  unspecifiedAddress,
} from "@udp/core";
import { ReliableError } from "./errors.ts";
import { createRequestId } from "./frame.ts";
import type { FrameLimitOptions } from "./limits.ts";
import { frameLimits } from "./limits.ts";
import { copyPayload } from "./payload.ts";
import type { Settlement } from "./pending-request.ts";
import type { RequesterCounters } from "./requester-session.ts";
import { RequesterSession } from "./requester-session.ts";
import type { PresetName, RetransmissionOptions } from "./retransmission.ts";
import { PRESET_NAMES, PRESETS } from "./retransmission.ts";
import { SessionDriver } from "./session-driver.ts";

/** Whom a {@link Requester} asks, and how. */
export interface RequesterOptions extends FrameLimitOptions {
  /**
   * Address or name of the server. Without one, each request says `to` whom it goes; then nobody
   * says where nothing is listening.
   */
  readonly host?: string | undefined;
  /** 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** When a request is sent again, and how many at a time. Default `rfc6298`. */
  readonly retransmission?: PresetName | RetransmissionOptions | undefined;
  /** Go on where the system says that nothing is listening (RFC 8085 section 5.2). Default `false`. */
  readonly keepTrying?: boolean | undefined;
  /** Ends the requester: requests under way fail with `RELIABLE_CLOSED`. */
  readonly signal?: AbortSignal | undefined;
  /** Spreads the waits. Default: one that cannot be predicted. */
  readonly random?: Random;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** One request. */
export interface RequestOptions {
  /** Whom to ask; needed where the requester has no `host`, and not allowed where it has. */
  readonly to?: Endpoint | undefined;
  /** When it fails at the latest, 1 to 86,400,000 ms; default: when the waits are over. */
  readonly timeoutMs?: number | undefined;
  /** Gives the request up; the promise rejects with its reason. The server may carry it out all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Share the answer of an equal request to the same peer that is under way. Default `false`. */
  readonly isShared?: boolean | undefined;
  /** Told of each transmission: which it is, how long an answer is awaited now, and why. */
  readonly onTransmitted?: Settlement["transmitted"] | undefined;
}

/** What a request came to. */
export interface RequestAnswer {
  readonly payload: Uint8Array;
  /** Who answered: always who was asked. */
  readonly from: Endpoint;
  /** Transmissions of the request, 1 or more. */
  readonly attempts: number;
  /** From the first transmission to the answer. */
  readonly elapsedMs: number;
}

/** Makes requests; ends by `close`, by its signal, or at the end of an `await using` block. */
export interface Requester extends AsyncDisposable {
  /** Where answers are awaited; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** The server, where the requester has one. */
  readonly remote: Endpoint | undefined;
  /** Live figures. */
  readonly counters: RequesterCounters;
  /** What was thought of the frames that came: everything but `accepted` was not believed. */
  readonly verdictCounts: Readonly<Partial<Record<ReplyVerdict, number>>>;
  /**
   * Asks, again and again, until an answer comes that may be believed.
   *
   * @param payload bytes, or text that is sent as UTF-8.
   * @throws ReliableError for whatever a request can come to, see {@link ReliableErrorCode}.
   * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`.
   */
  request(payload: Uint8Array | string, options?: RequestOptions): Promise<RequestAnswer>;
  /** Idempotent; requests under way fail. */
  close(): void;
}

/**
 * Opens a requester: requests are carried out at most once, each answer belongs to its request, and
 * the network is not flooded.
 *
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function createRequester(options: RequesterOptions = {}): Promise<Requester> {
  const { host, port = DEFAULT_PORT } = options;
  if (host === undefined) return await SocketRequester.open(undefined, options);
  checkPort(port, 1);
  const addresses = await resolveHost(host, options);
  return await firstThatWorks(addresses, ["UDP_UNREACHABLE"], (address) =>
    SocketRequester.open({ address: checkPeerAddress(address), port }, options),
  );
}

const MAX_TIMEOUT_MS = 86_400_000;

class SocketRequester implements Requester {
  readonly #session: RequesterSession;
  readonly #driver: SessionDriver;
  readonly #clock: Clock;
  readonly #keepsTrying: boolean;
  /** Requests under way that may be shared. */
  readonly #shared = new Map<string, Promise<RequestAnswer>>();
  readonly #signal: AbortSignal | undefined;
  readonly #closeOnAbort = (): void => this.close();
  #socket: DatagramSocket | undefined;

  /** @throws UdpError as {@link createRequester}. */
  static async open(
    remote: Endpoint | undefined,
    options: RequesterOptions,
  ): Promise<SocketRequester> {
    const requester = new SocketRequester(options);
    await requester.#bind(remote, options);
    options.signal?.addEventListener("abort", requester.#closeOnAbort, { once: true });
    return requester;
  }

  private constructor(options: RequesterOptions) {
    const { retransmission = "rfc6298", random = secureRandom, clock = systemClock } = options;
    this.#clock = clock;
    this.#signal = options.signal;
    this.#keepsTrying = options.keepTrying ?? false;
    this.#session = new RequesterSession({
      ...frameLimits(options),
      retransmission: scheduleOf(retransmission),
      random,
      createId: () => createRequestId(randomBytes),
    });
    this.#driver = new SessionDriver(this.#session, clock);
  }

  get local(): Endpoint {
    return this.#open.local;
  }

  get remote(): Endpoint | undefined {
    return this.#open.remote;
  }

  get counters(): RequesterCounters {
    return this.#session.counters;
  }

  get verdictCounts(): Readonly<Partial<Record<ReplyVerdict, number>>> {
    return this.#session.verdicts;
  }

  async request(
    payload: Uint8Array | string,
    options: RequestOptions = {},
  ): Promise<RequestAnswer> {
    const { isShared = false, signal } = options;
    const bytes = copyPayload("payload", payload);
    const to = this.#destination(options.to);
    signal?.throwIfAborted();
    if (this.#open.isClosed) throw new ReliableError("RELIABLE_CLOSED", "The requester is closed");
    if (!isShared) return await this.#ask(to, bytes, options);
    const key = `${formatEndpoint(to)} ${Buffer.from(bytes).toString("hex")}`;
    const underWay = this.#shared.get(key) ?? this.#share(key, to, bytes, options);
    return await unlessAborted(underWay, signal);
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#closeOnAbort);
    const { isClosed } = this.#open;
    this.#open.close();
    this.#driver[Symbol.dispose]();
    const nowNs = this.#clock.nowNs();
    if (!isClosed || this.#session.pendingCount > 0) {
      this.#session.failAll("RELIABLE_CLOSED", "The requester was closed", nowNs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #bind(
    remote: Endpoint | undefined,
    { openSocket = openBunSocket, family, signal }: RequesterOptions,
  ): Promise<void> {
    const anywhere = { address: unspecifiedAddress(family ?? 6), port: 0 };
    this.#socket = await openSocket({
      ...(remote === undefined
        ? { local: anywhere, ipv6Only: family === 6 }
        : { remote, onError: (error) => this.#hear(error) }),
      ...(signal && { signal }),
      onDatagram: (payload, from, socket) => this.#receive(payload, from, socket),
    });
  }

  get #open(): DatagramSocket {
    if (this.#socket === undefined) throw new ReliableError("RELIABLE_CLOSED", "not open yet");
    return this.#socket;
  }

  /** One request of many callers ends with none of them. */
  #share(
    key: string,
    to: Endpoint,
    payload: Uint8Array,
    { signal: _signal, ...options }: RequestOptions,
  ): Promise<RequestAnswer> {
    const underWay = this.#ask(to, payload, options).finally(() => this.#shared.delete(key));
    this.#shared.set(key, underWay);
    return underWay;
  }

  async #ask(
    to: Endpoint,
    payload: Uint8Array,
    { timeoutMs, signal, onTransmitted }: RequestOptions,
  ): Promise<RequestAnswer> {
    const nowNs = this.#clock.nowNs();
    const outcome = Promise.withResolvers<RequestAnswer>();
    const id = this.#session.request(
      { to, payload, deadlineNs: nowNs + timeoutNs(timeoutMs) },
      {
        answered: ({ elapsedNs, ...answer }) => {
          outcome.resolve({ ...answer, elapsedMs: nsToMs(elapsedNs) });
        },
        failed: outcome.reject,
        ...(onTransmitted && { transmitted: onTransmitted }),
      },
      nowNs,
    );
    this.#driver.advance(this.#open);
    try {
      return await unlessAborted(outcome.promise, signal);
    } catch (error) {
      // A requester that ends by the same signal fails its requests before.
      signal?.throwIfAborted();
      throw error;
    } finally {
      this.#session.abandon(id, this.#clock.nowNs());
      this.#driver.advance(this.#open);
    }
  }

  #destination(to: Endpoint | undefined): Endpoint {
    const { remote } = this.#open;
    if (remote !== undefined && to === undefined) return remote;
    if (remote !== undefined || to === undefined) {
      const expected =
        remote === undefined ? "an endpoint" : "nothing, since the requester has a host";
      throw new UdpError("UDP_BAD_OPTION", `to: expected ${expected}`);
    }
    return { address: checkPeerAddress(parseAddress(to.address)), port: checkPort(to.port, 1) };
  }

  #receive(payload: Uint8Array, from: Endpoint, socket: DatagramSocket): void {
    this.#session.receive(payload, from, this.#clock.nowNs());
    this.#driver.advance(socket);
  }

  #hear({ code }: UdpError): void {
    if (code !== "UDP_REFUSED" || this.#keepsTrying) return;
    const where = formatEndpoint(this.#open.remote ?? this.#open.local);
    const message = `Nothing is listening at ${where}`;
    this.#session.failAll("RELIABLE_NOT_LISTENING", message, this.#clock.nowNs());
  }
}

/** @throws UdpError `UDP_BAD_OPTION`. */
function scheduleOf(retransmission: PresetName | RetransmissionOptions): RetransmissionOptions {
  if (typeof retransmission !== "string") return retransmission;
  return PRESETS[choiceOption("retransmission", retransmission, PRESET_NAMES)];
}

function timeoutNs(timeoutMs: number | undefined): number {
  if (timeoutMs === undefined) return Number.POSITIVE_INFINITY;
  return msToNs(numberOption("timeoutMs", timeoutMs, 1, MAX_TIMEOUT_MS));
}
