import type { Endpoint, Random } from "@udp/core";
import { HostAddresses, msToNs, ReplyGuard, seededRandom, TimerQueue } from "@udp/core";
import { createBootId, createRequestId } from "../../src/frame.ts";
import { frameLimits, MAX_LATENCY_MS } from "../../src/limits.ts";
import { RequesterSession } from "../../src/requester-session.ts";
import { ServerSession } from "../../src/server-session.ts";

const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
const SERVER: Endpoint = { address: "192.0.2.1", port: 7007 };

/** Who remembers for how long, and how patient the client is. */
export interface LateOptions {
  readonly seed: number;
  readonly clientLifetimeMs: number;
  readonly serverLifetimeMs: number;
  readonly requestCount: number;
}

/** What became of the requests. */
export interface LateResult {
  readonly settledCount: number;
  /** How often each request was carried out. */
  readonly executionCounts: readonly number[];
  /** Answers to something else than what was asked. */
  readonly wrongCount: number;
}

const LOSS_RATIO = 0.3;
const COPY_RATIO = 0.2;
const LONGEST_WORK_MS = 150_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * A client and a server over a network that is as late as it may be (RFC 7252 section 4.8.2): each
 * datagram takes up to 100 s, by itself, may be lost, and may come twice. Handlers take minutes.
 */
export class LateExchange {
  readonly #options: LateOptions;
  readonly #random: Random;
  readonly #client: RequesterSession;
  readonly #server: ServerSession;
  readonly #events = new TimerQueue();
  readonly #executions: number[];
  #settledCount = 0;
  #wrongCount = 0;
  #nowNs = 0;

  constructor(options: LateOptions) {
    const { seed, clientLifetimeMs, serverLifetimeMs, requestCount } = options;
    this.#options = options;
    this.#random = seededRandom(seed);
    this.#executions = Array.from({ length: requestCount }, () => 0);
    const randomBytes = (count: number): Uint8Array =>
      Uint8Array.from({ length: count }, () => this.#random() * 256);
    this.#client = new RequesterSession({
      ...frameLimits({ lifetimeMs: clientLifetimeMs }),
      retransmission: {
        backoff: { initialMs: LONGEST_WAIT_MS * this.#random() + 1, factor: 1, attempts: 50 },
        window: { initialRequests: requestCount, maxRequests: requestCount },
      },
      random: this.#random,
      createId: () => createRequestId(randomBytes),
    });
    this.#server = new ServerSession(
      {
        ...frameLimits({ lifetimeMs: serverLifetimeMs }),
        guard: new ReplyGuard({
          local: SERVER,
          isOwnReply: () => false,
          hostAddresses: new HostAddresses({}),
        }),
        bootId: createBootId(randomBytes),
        acknowledgeAfterMs: 50,
        requiresCookie: false,
        random: this.#random,
      },
      0,
    );
  }

  /** Makes the requests in the first minutes, and lets time pass until nothing happens any more. */
  run(): LateResult {
    const { requestCount } = this.#options;
    for (let request = 0; request < requestCount; request++)
      this.#after(LONGEST_WORK_MS * this.#random(), () => this.#ask(request));
    while (this.#step());
    return {
      settledCount: this.#settledCount,
      executionCounts: this.#executions,
      wrongCount: this.#wrongCount,
    };
  }

  #step(): boolean {
    for (const { payload } of this.#client.poll(this.#nowNs))
      this.#carry(() => this.#reachServer(payload));
    for (const { payload } of this.#server.poll(this.#nowNs))
      this.#carry(() => this.#client.receive(payload, SERVER, this.#nowNs));
    const deadlinesNs = [this.#client, this.#server, this.#events].map(
      (queue) => queue.nextDeadlineNs() ?? Number.POSITIVE_INFINITY,
    );
    const nextNs = Math.min(...deadlinesNs);
    if (nextNs === Number.POSITIVE_INFINITY) return false;
    this.#nowNs = Math.max(this.#nowNs, nextNs);
    this.#events.takeDue(this.#nowNs)?.callback();
    return true;
  }

  #ask(request: number): void {
    const payload = Uint8Array.of(request);
    this.#client.request(
      { to: SERVER, payload, deadlineNs: Number.POSITIVE_INFINITY },
      {
        answered: (answer) => {
          this.#settledCount++;
          if (answer.payload[0] !== request) this.#wrongCount++;
        },
        failed: () => this.#settledCount++,
      },
      this.#nowNs,
    );
  }

  #reachServer(payload: Uint8Array): void {
    const { execution } = this.#server.receive(payload, CLIENT, this.#nowNs);
    if (execution === undefined) return;
    const request = execution.payload[0] ?? 0;
    this.#executions[request] = (this.#executions[request] ?? 0) + 1;
    this.#after(LONGEST_WORK_MS * this.#random(), () =>
      this.#server.finish(
        execution.id,
        { type: "answer", payload: Uint8Array.of(request) },
        this.#nowNs,
      ),
    );
  }

  #carry(arrive: () => void): void {
    if (this.#random() < LOSS_RATIO) return;
    this.#after(this.#latencyMs(), arrive);
    if (this.#random() < COPY_RATIO) this.#after(this.#latencyMs(), arrive);
  }

  /** At once, as late as may be, or between. */
  #latencyMs(): number {
    const luck = 3 * this.#random();
    return MAX_LATENCY_MS * Math.min(Math.max(luck - 1, 0), 1);
  }

  #after(durationMs: number, callback: () => void): void {
    this.#events.add(this.#nowNs + msToNs(durationMs), callback);
  }
}
