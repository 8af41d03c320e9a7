import type { Endpoint } from "@udp/core";
import {
  backoffDelaysMs,
  DEFAULT_MAX_WAIT_MS,
  DEFAULT_RTO_MS,
  msToNs,
  nsToMs,
  numberOption,
  ReplyMatcher,
  RttEstimator,
} from "@udp/core";
import type { WindowSnapshot } from "./congestion-window.ts";
import { CongestionWindow } from "./congestion-window.ts";
import type { BootId, RequestId } from "./frame.ts";
import { readRequestId } from "./frame.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { RetransmissionOptions } from "./retransmission.ts";

/** A {@link Peer} as plain data. */
export interface PeerSnapshot {
  readonly endpoint: Endpoint;
  readonly bootId: BootId | undefined;
  /** Hexadecimal. */
  readonly cookie: string | undefined;
  /** The first wait of a request that is sent now. */
  readonly firstWaitMs: number;
  readonly smoothedRttMs: number | undefined;
  readonly rttVariationMs: number | undefined;
  readonly window: WindowSnapshot;
  readonly waitingCount: number;
  /** In the order in which they are to be sent. */
  readonly queued: readonly RequestId[];
  /** Since the last transmission; below 0 where there was none. */
  readonly idleMs: number;
}

/** What a requester keeps of one server, whatever the number of requests. */
export class Peer {
  readonly endpoint: Endpoint;
  readonly window: CongestionWindow;
  readonly matcher: ReplyMatcher;
  /** The server that answered last. */
  bootId: BootId | undefined;
  cookie: Uint8Array | undefined;
  /** Requests that have not come to anything yet. */
  requestCount = 0;
  /** Those among them that count in the window. */
  waitingCount = 0;
  /** Those that the server has, and is only asked after. */
  acknowledgedCount = 0;
  /** Those for which the window has no room, in the order in which they came. */
  readonly queue: Set<PendingRequest> = new Set();
  /** Whether those are being started now. */
  isStarting = false;
  readonly #rtt: RttEstimator | undefined;
  readonly #initialMs: number;
  /** When the latest transmission left that was answered. */
  #heardOfNs = Number.NEGATIVE_INFINITY;
  /** When the latest one left. */
  #sentAtNs = Number.POSITIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(endpoint: Endpoint, retransmission: RetransmissionOptions) {
    this.endpoint = endpoint;
    this.window = new CongestionWindow(retransmission.window);
    this.matcher = new ReplyMatcher({
      policy: "source+id",
      server: endpoint,
      readId: readRequestId,
    });
    this.#initialMs = retransmission.backoff.initialMs;
    if (retransmission.isAdaptive) this.#rtt = estimatorOf(retransmission);
  }

  /** The first wait of a request that is sent now. */
  get firstWaitMs(): number {
    return this.#rtt?.rtoMs ?? this.#initialMs;
  }

  get hasRoom(): boolean {
    return this.waitingCount < this.window.requests;
  }

  /**
   * How much longer than else one asks after a request that the server has, so that all of them
   * together ask no more at a time than the window has room for.
   */
  get pollStretch(): number {
    return Math.max(this.acknowledgedCount / this.window.requests, 1);
  }

  /** What is known of it, for diagnostics and tests. */
  inspect(nowNs: number): PeerSnapshot {
    return {
      endpoint: this.endpoint,
      bootId: this.bootId,
      cookie: this.cookie && Buffer.from(this.cookie).toString("hex"),
      firstWaitMs: this.firstWaitMs,
      smoothedRttMs: this.#rtt?.smoothedRttMs,
      rttVariationMs: this.#rtt?.rttVariationMs,
      window: this.window.inspect(nowNs),
      waitingCount: this.waitingCount,
      queued: [...this.queue].map(({ id }) => id),
      idleMs: nsToMs(nowNs - this.#sentAtNs),
    };
  }

  /** A request is to be sent. Where nothing was for a timeout, no more at a time than at first. */
  onStart(nowNs: number): void {
    if (nowNs - this.#sentAtNs > msToNs(this.firstWaitMs)) this.window.onIdle();
  }

  onTransmission(nowNs: number): void {
    this.#sentAtNs = nowNs;
  }

  /** @param rttMs without the time that the server held the request. */
  addSample(rttMs: number, sentAtNs: number): void {
    // The answer says which transmission it answers.
    this.#rtt?.addSample(rttMs, { isAmbiguous: false });
    this.#heardOfNs = Math.max(this.#heardOfNs, sentAtNs);
    this.window.onAnswer(!this.hasRoom);
  }

  /**
   * A transmission went unanswered: fewer at a time. Where nothing that was sent later was answered
   * either, the timeout may be too short: longer waits for all, until an answer comes.
   */
  onLoss(sentAtNs: number, nowNs: number): void {
    const isNewRound = this.window.onLoss(sentAtNs, nowNs);
    if (isNewRound && this.#heardOfNs <= sentAtNs) this.#rtt?.backOff();
  }
}

function estimatorOf({ backoff, minRtoMs }: RetransmissionOptions): RttEstimator {
  // In the words of these options; the estimator has others.
  const { initialMs, maxMs = DEFAULT_MAX_WAIT_MS } = backoff;
  numberOption("minRtoMs", minRtoMs ?? DEFAULT_RTO_MS, 0, maxMs);
  numberOption("initialMs, where it is adaptive", initialMs, minRtoMs ?? DEFAULT_RTO_MS, maxMs);
  return new RttEstimator({
    initialRtoMs: backoff.initialMs,
    ...(minRtoMs !== undefined && { minRtoMs }),
    ...(backoff.maxMs !== undefined && { maxRtoMs: backoff.maxMs }),
  });
}

/**
 * Bad options are told at once, and not by the first request.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function checkRetransmission(retransmission: RetransmissionOptions): void {
  const { firstWaitMs } = new Peer({ address: "0.0.0.0", port: 0 }, retransmission);
  backoffDelaysMs({ ...retransmission.backoff, initialMs: firstWaitMs }, Math.random);
}
