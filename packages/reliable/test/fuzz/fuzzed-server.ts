import type { Endpoint, Random } from "@udp/core";
import { formatEndpoint, HostAddresses, msToNs, ReplyGuard } from "@udp/core";
import type { RequestId } from "../../src/frame.ts";
import { frameLimits } from "../../src/limits.ts";
import type { OutgoingFrame } from "../../src/requester-session.ts";
import type { ServerCounters } from "../../src/server-counters.ts";
import type { Execution } from "../../src/server-session.ts";
import { ServerSession } from "../../src/server-session.ts";
import { below } from "./mutations.ts";
import { COOKIE, REQUEST, REQUEST_WITH_COOKIE, readWireFrame } from "./wire-format.ts";

/** What the fuzzed server is like. */
export interface ServerKind {
  readonly requiresCookie: boolean;
  readonly key?: Uint8Array | undefined;
}

export const SERVER: Endpoint = { address: "192.0.2.1", port: 7007 };
const BOOT = "0b".repeat(8);
const NO_BOOT = "00".repeat(8);
const COOKIE_LIFETIME_NS = msToNs(60_000);
const MAX_ENTRIES = 1000;
const TOO_LARGE = new Uint8Array(2000);
const TOO_LARGE_RATIO = 0.05;
const FAILURE_RATIO = 0.1;

/** A server that is held against what it may do, datagram by datagram. */
export class FuzzedServer {
  readonly #kind: ServerKind;
  readonly #random: Random;
  readonly #lifetimeNs: number;
  readonly #session: ServerSession;
  /** When each cookie was given to each endpoint. */
  readonly #cookies = new Map<string, number>();
  /** When each request was carried out. */
  readonly #executions = new Map<RequestId, number>();
  readonly #unfinished: Execution[] = [];

  constructor(kind: ServerKind, random: Random) {
    const limits = frameLimits({ key: kind.key });
    this.#kind = kind;
    this.#random = random;
    this.#lifetimeNs = msToNs(limits.lifetimeMs);
    this.#session = new ServerSession(
      {
        ...limits,
        requiresCookie: kind.requiresCookie,
        guard: new ReplyGuard({
          local: SERVER,
          isOwnReply: () => false,
          ratePerSource: "none",
          rateTotal: "none",
          hostAddresses: new HostAddresses({}),
        }),
        bootId: BOOT,
        acknowledgeAfterMs: 50,
        maxEntries: MAX_ENTRIES,
        random,
      },
      0,
    );
  }

  get counters(): ServerCounters {
    return this.#session.counters;
  }

  /** @throws Error where it does what it must not. */
  receive(bytes: Uint8Array, from: Endpoint, nowNs: number): void {
    const before = reasons(this.counters);
    const { execution } = this.#session.receive(bytes, from, nowNs);
    checkCounted(before, reasons(this.counters));
    if (execution === undefined) return;
    this.#checkExecution(bytes, from, nowNs);
    this.#unfinished.push(execution);
    const index = below(this.#random, this.#unfinished.length + 1);
    const [finished] = this.#unfinished.splice(index, 1);
    if (finished !== undefined) this.#finish(finished, nowNs);
  }

  poll(nowNs: number): readonly OutgoingFrame[] {
    const sent = this.#session.poll(nowNs);
    for (const { payload, to } of sent) {
      const frame = readWireFrame(payload, this.#kind.key);
      if (frame === undefined) throw new Error("sent what is no frame");
      if (frame.type === COOKIE) this.#cookies.set(`${formatEndpoint(to)} ${frame.cookie}`, nowNs);
    }
    if (this.counters.rememberedCount > MAX_ENTRIES) throw new Error("remembers too much");
    return sent;
  }

  #finish({ id, payload }: Execution, nowNs: number): void {
    const isLarge = this.#random() < TOO_LARGE_RATIO;
    const type = this.#random() < FAILURE_RATIO ? "error" : "answer";
    this.#session.finish(id, { type, payload: isLarge ? TOO_LARGE : payload }, nowNs);
  }

  #checkExecution(bytes: Uint8Array, from: Endpoint, nowNs: number): void {
    const frame = readWireFrame(bytes, this.#kind.key);
    const isRequest = frame?.type === REQUEST || frame?.type === REQUEST_WITH_COOKIE;
    if (frame === undefined || !isRequest) throw new Error("carried out what is no request");
    if (frame.boot !== NO_BOOT && frame.boot !== BOOT) throw new Error("carried out for another");
    if (this.#wantsCookie && !this.#isHolder(from, frame.cookie, nowNs))
      throw new Error("carried out without a cookie");
    const last = this.#executions.get(frame.id) ?? Number.NEGATIVE_INFINITY;
    if (nowNs < last + this.#lifetimeNs) throw new Error("carried out twice");
    this.#executions.set(frame.id, nowNs);
  }

  get #wantsCookie(): boolean {
    return this.#kind.requiresCookie || this.#kind.key !== undefined;
  }

  #isHolder(from: Endpoint, cookie: string | undefined, nowNs: number): boolean {
    const givenAtNs = this.#cookies.get(`${formatEndpoint(from)} ${cookie}`);
    return givenAtNs !== undefined && nowNs < givenAtNs + COOKIE_LIFETIME_NS;
  }
}

/** Why a datagram was not carried out, or that it was, and the cookies sent. */
function reasons({ ignored, sent, ...counters }: ServerCounters): readonly number[] {
  const { refusals, ...faults } = ignored;
  return [
    sent.cookie,
    counters.duplicateCount,
    counters.executedCount,
    sent.busy,
    sent["stale-boot"],
    ...Object.values(faults),
    ...Object.values(refusals),
  ];
}

/** One reason for each datagram; the answer to one that is known may be a cookie. */
function checkCounted(before: readonly number[], after: readonly number[]): void {
  const changes = after.map((count, index) => count - (before[index] ?? 0));
  const sum = changes.reduce((total, change) => total + change, 0);
  const [cookies = 0, duplicates = 0] = changes;
  if (sum - (duplicates > 0 ? cookies : 0) !== 1) throw new Error(`counted ${sum} reasons`);
}
