import type { Endpoint } from "@udp/core";
import { backoffDelaysMs, ReplyMatcher, RttEstimator } from "@udp/core";
import { CongestionWindow } from "./congestion-window.ts";
import type { BootId } from "./frame.ts";
import { readRequestId } from "./frame.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { RetransmissionOptions } from "./retransmission.ts";

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
  /** Those for which the window has no room, in the order in which they came. */
  queue: PendingRequest[] = [];
  readonly #rtt: RttEstimator | undefined;
  readonly #initialMs: number;

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

  /** @param rttMs without the time that the server held the request. */
  addSample(rttMs: number): void {
    // The answer says which transmission it answers.
    this.#rtt?.addSample(rttMs, { isAmbiguous: false });
  }

  /** A transmission went unanswered: fewer at a time, and longer waits, until an answer comes. */
  onLoss(sentAtNs: number, nowNs: number): void {
    if (this.window.onLoss(sentAtNs, nowNs)) this.#rtt?.backOff();
  }
}

function estimatorOf({ backoff, minRtoMs }: RetransmissionOptions): RttEstimator {
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
