import { randomBytes } from "node:crypto";
import type { Clock, DatagramSocket, Endpoint, OutgoingDatagram } from "@udp/core";
import {
  checkPeerAddress,
  checkPort,
  choiceOption,
  formatEndpoint,
  msToNs,
  nsToMs,
  numberOption,
  openBunSocket,
  parseHostAddress,
  SessionDriver,
  secureRandom,
  systemClock,
  tell,
  trySendOutgoing,
  UdpError,
  unlessAborted,
  unspecifiedAddress,
} from "@udp/core";
import { ReliableError } from "./errors.ts";
import { createRequestId } from "./frame.ts";
import { frameLimits } from "./limits.ts";
import { copyPayload } from "./payload.ts";
import type { VerdictCounts } from "./peer-table.ts";
import { notListening } from "./request-failure.ts";
import type { RequestAnswer, Requester, RequesterOptions, RequestOptions } from "./requester.ts";
import type { RequesterCounters } from "./requester-counters.ts";
import { RequesterSession } from "./requester-session.ts";
import type { PresetName, RetransmissionOptions } from "./retransmission.ts";
import { PRESET_NAMES, PRESETS } from "./retransmission.ts";
import { SharedRequests } from "./shared-requests.ts";

const MAX_TIMEOUT_MS = 86_400_000;

/** A requester with a socket, to one server or to many. */
export class SocketRequester implements Requester {
  readonly #session: RequesterSession;
  readonly #driver: SessionDriver<OutgoingDatagram, DatagramSocket>;
  readonly #clock: Clock;
  readonly #keepsTrying: boolean;
  readonly #shared: SharedRequests;
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
    this.#shared = new SharedRequests(clock);
    this.#signal = options.signal;
    this.#keepsTrying = options.keepTrying ?? false;
    this.#session = new RequesterSession({
      ...frameLimits(options),
      retransmission: scheduleOf(retransmission),
      random,
      createId: () => createRequestId(randomBytes),
    });
    this.#driver = new SessionDriver(this.#session, clock, trySendOutgoing);
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

  get verdictCounts(): VerdictCounts {
    return this.#session.verdicts;
  }

  async request(
    payload: Uint8Array | string,
    options: RequestOptions = {},
  ): Promise<RequestAnswer> {
    const { isShared = false, signal, timeoutMs } = options;
    if (timeoutMs !== undefined) numberOption("timeoutMs", timeoutMs, 1, MAX_TIMEOUT_MS);
    const bytes = copyPayload("payload", payload);
    const to = this.#destination(options.to);
    signal?.throwIfAborted();
    if (this.#open.isClosed) throw new ReliableError("RELIABLE_CLOSED", "The requester is closed");
    if (!isShared) return await this.#ask(to, bytes, options);
    const key = `${formatEndpoint(to)} ${Buffer.from(bytes).toString("hex")}`;
    return await this.#shared.join(key, options, (together) => this.#ask(to, bytes, together));
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#closeOnAbort);
    const { isClosed } = this.#open;
    this.#open.close();
    this.#driver[Symbol.dispose]();
    const nowNs = this.#clock.nowNs();
    if (!isClosed || this.#session.pendingCount > 0) {
      this.#session.failAll(
        new ReliableError("RELIABLE_CLOSED", "The requester was closed"),
        nowNs,
      );
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

  async #ask(
    to: Endpoint,
    payload: Uint8Array,
    { timeoutMs, signal, onTransmitted }: RequestOptions,
  ): Promise<RequestAnswer> {
    const nowNs = this.#clock.nowNs();
    const outcome = Promise.withResolvers<RequestAnswer>();
    const id = this.#session.request(
      { to, payload, deadlineNs: nowNs + msToNs(timeoutMs ?? Number.POSITIVE_INFINITY) },
      {
        answered: ({ elapsedNs, ...answer }) => {
          outcome.resolve({ ...answer, elapsedMs: nsToMs(elapsedNs) });
        },
        failed: outcome.reject,
        transmitted: (...transmission) => tell(onTransmitted, ...transmission),
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
    return { address: checkPeerAddress(parseHostAddress(to.address)), port: checkPort(to.port, 1) };
  }

  #receive(payload: Uint8Array, from: Endpoint, socket: DatagramSocket): void {
    this.#session.receive(payload, from, this.#clock.nowNs());
    this.#driver.advance(socket);
  }

  #hear({ code }: UdpError): void {
    if (code !== "UDP_REFUSED" || this.#keepsTrying) return;
    const error = notListening(this.#open.remote ?? this.#open.local);
    this.#session.failUnheard(error, this.#clock.nowNs());
  }
}

/** @throws UdpError `UDP_BAD_OPTION`. */
function scheduleOf(retransmission: PresetName | RetransmissionOptions): RetransmissionOptions {
  if (typeof retransmission !== "string") return retransmission;
  return PRESETS[choiceOption("retransmission", retransmission, PRESET_NAMES)];
}
