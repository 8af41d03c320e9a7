import type { Endpoint, Random } from "@udp/core";
import { HostAddresses, integerOption, msToNs, nsToMs, ReplyGuard, seededRandom } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { Link } from "@udp/core/simulation";
import { createBootId, createRequestId } from "../frame.ts";
import { frameLimits } from "../limits.ts";
import { RequesterSession } from "../requester-session.ts";
import type { RetransmissionOptions } from "../retransmission.ts";
import { ServerSession } from "../server-session.ts";
import { Exchange } from "./exchange.ts";

/** What {@link simulateRequests} does. */
export interface SimulationOptions {
  readonly retransmission: RetransmissionOptions;
  /** The link there, and back. */
  readonly link: LinkOptions;
  /** The link back, where it is another one. */
  readonly linkBack?: LinkOptions | undefined;
  /** 1 to 10,000,000. */
  readonly requestCount: number;
  /** From one request to the next; default: the next one when the last has come to something. */
  readonly intervalMs?: number | undefined;
  /** Of each request, and of each answer; 0 to 1000, default 8. */
  readonly payloadBytes?: number | undefined;
  /** As of the requester and the server: until near its end a request may be sent again. */
  readonly lifetimeMs?: number | undefined;
  /** The same run for the same seed. */
  readonly seed: number;
}

/** What a simulation measured. */
export interface SimulationResult {
  readonly requestCount: number;
  readonly answeredCount: number;
  /** Of those that were answered, from the request on, waits for room included; in ascending order. */
  readonly latenciesMs: Float64Array;
  /** Transmissions by the client. */
  readonly sentCount: number;
  readonly spuriousCount: number;
  /** Requests that the server carried out. */
  readonly executedCount: number;
  /** Datagrams by the server. */
  readonly answerCount: number;
}

const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
const SERVER: Endpoint = { address: "192.0.2.1", port: 7007 };

/** Longer than the longest schedule waits. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

/**
 * Makes requests over a simulated link, in virtual time, with the sessions that the real client and
 * server are made of.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function simulateRequests(options: SimulationOptions): SimulationResult {
  integerOption("requestCount", options.requestCount, 1, 10_000_000);
  const run = new SimulatedRun(options);
  return run.result();
}

class SimulatedRun {
  readonly #options: SimulationOptions;
  readonly #client: RequesterSession;
  readonly #server: ServerSession;
  readonly #exchange: Exchange;
  readonly #payload: Uint8Array;
  readonly #latenciesMs: number[] = [];

  constructor(options: SimulationOptions) {
    this.#options = options;
    const random = seededRandom(options.seed);
    const randomBytes = bytesOf(seededRandom(options.seed + 1));
    const limits = frameLimits({ lifetimeMs: options.lifetimeMs });
    this.#payload = new Uint8Array(
      integerOption("payloadBytes", options.payloadBytes ?? 8, 0, 1000),
    );
    this.#client = new RequesterSession({
      ...limits,
      retransmission: options.retransmission,
      random: seededRandom(options.seed + 2),
      createId: () => createRequestId(randomBytes),
    });
    this.#server = new ServerSession(
      {
        ...limits,
        guard: unlimitedGuard(),
        bootId: createBootId(randomBytes),
        acknowledgeAfterMs: 50,
        requiresCookie: false,
        random: seededRandom(options.seed + 3),
        maxEntries: 100_000_000,
        maxBytes: Number.MAX_SAFE_INTEGER,
      },
      0,
    );
    this.#exchange = new Exchange({
      client: this.#client,
      clientEndpoint: CLIENT,
      server: this.#server,
      serverEndpoint: SERVER,
      there: new Link(options.link, random),
      back: new Link(options.linkBack ?? options.link, random),
      handle: () => this.#payload,
    });
  }

  result(): SimulationResult {
    const { requestCount, intervalMs } = this.#options;
    for (let count = 0; count < requestCount; count++) {
      this.#request();
      this.#exchange.run(
        intervalMs === undefined ? NO_LIMIT : this.#exchange.nowNs + msToNs(intervalMs),
      );
    }
    this.#exchange.run();
    const { sentCount, spuriousCount } = this.#client.counters;
    const { executedCount, sent } = this.#server.counters;
    return {
      requestCount,
      answeredCount: this.#latenciesMs.length,
      latenciesMs: Float64Array.from(this.#latenciesMs).sort(),
      sentCount,
      spuriousCount,
      executedCount,
      answerCount: Object.values(sent).reduce((sum, of) => sum + of, 0),
    };
  }

  #request(): void {
    const requestedAtNs = this.#exchange.nowNs;
    const settlement = {
      answered: () => {
        this.#latenciesMs.push(nsToMs(this.#exchange.nowNs - requestedAtNs));
      },
      failed: () => undefined,
    };
    const request = { to: SERVER, payload: this.#payload, deadlineNs: Number.POSITIVE_INFINITY };
    this.#client.request(request, settlement, requestedAtNs);
  }
}

function unlimitedGuard(): ReplyGuard {
  return new ReplyGuard({
    local: SERVER,
    isOwnReply: () => false,
    isTrusted: true,
    ratePerSource: "none",
    rateTotal: "none",
    hostAddresses: new HostAddresses({}),
  });
}

function bytesOf(random: Random): (count: number) => Uint8Array {
  return (count) => Uint8Array.from({ length: count }, () => random() * 256);
}
