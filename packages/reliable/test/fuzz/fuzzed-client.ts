import type { Endpoint, Random } from "@udp/core";
import { msToNs, sameEndpoint } from "@udp/core";
import { createRequestId } from "../../src/frame.ts";
import { frameLimits } from "../../src/limits.ts";
import type { OutgoingFrame } from "../../src/requester-session.ts";
import { RequesterSession } from "../../src/requester-session.ts";
import { below, randomBytes } from "./mutations.ts";
import { ANSWER, ERROR, readWireFrame, TOO_LARGE } from "./wire-format.ts";

const TIMEOUT_MS = 3000;
const MAX_PAYLOAD_BYTES = 300;
const MAX_PENDING = 20;

/** What is being received. */
interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
}

/** A request, as far as it was sent. */
interface Asked {
  readonly id: string;
  readonly to: Endpoint;
  readonly sentCount: number;
}

/** A client that is held against what it may believe, datagram by datagram. */
export class FuzzedClient {
  readonly #random: Random;
  readonly #key: Uint8Array | undefined;
  readonly #session: RequesterSession;
  #arrival: Arrival | undefined;
  #receivedCount = 0;
  settledCount = 0;

  constructor(key: Uint8Array | undefined, random: Random) {
    this.#random = random;
    this.#key = key;
    this.#session = new RequesterSession({
      ...frameLimits({ key }),
      retransmission: {
        backoff: { initialMs: 50, maxMs: 1000, attempts: 6, jitter: "upward" },
        isAdaptive: true,
        minRtoMs: 20,
      },
      random,
      createId: () => createRequestId((count) => randomBytes(random, count)),
    });
  }

  /** Makes a request, where not too many are under way. */
  ask(to: Endpoint, nowNs: number): void {
    if (this.#session.pendingCount >= MAX_PENDING) return;
    const payload = randomBytes(this.#random, below(this.#random, MAX_PAYLOAD_BYTES));
    let isSettled = false;
    const settle = (): void => {
      if (isSettled) throw new Error("settled twice");
      isSettled = true;
      this.settledCount++;
    };
    let sentCount = 0;
    const id = this.#session.request(
      { to, payload, deadlineNs: nowNs + msToNs(TIMEOUT_MS) },
      {
        answered: ({ from }) => {
          settle();
          this.#checkBelieved([ANSWER], { id, to, sentCount });
          if (!sameEndpoint(from, to)) throw new Error("an answer of another one");
        },
        failed: ({ code }) => {
          settle();
          if (code === "RELIABLE_HANDLER_FAILED")
            this.#checkBelieved([ERROR], { id, to, sentCount });
          if (code === "RELIABLE_TOO_LARGE")
            this.#checkBelieved([TOO_LARGE], { id, to, sentCount });
        },
        transmitted: (attempt) => {
          sentCount = attempt;
        },
      },
      nowNs,
    );
  }

  /** @throws Error where it does what it must not. */
  receive(bytes: Uint8Array, from: Endpoint, nowNs: number): void {
    this.#arrival = { bytes, from };
    this.#receivedCount++;
    this.#session.receive(bytes, from, nowNs);
    this.#arrival = undefined;
    const counted = this.countedCount;
    if (counted !== this.#receivedCount)
      throw new Error(`counted ${counted} of ${this.#receivedCount} datagrams`);
  }

  poll(nowNs: number): readonly OutgoingFrame[] {
    return this.#session.poll(nowNs);
  }

  /** Datagrams, each for one reason. */
  get countedCount(): number {
    const { strangerCount, faults, believed } = this.#session.counters;
    const { accepted: _, ...misses } = this.#session.verdicts;
    return strangerCount + sum(faults) + sum(believed) + sum(misses);
  }

  #checkBelieved(types: readonly number[], { id, to, sentCount }: Asked): void {
    if (this.#arrival === undefined) throw new Error("answered without an answer");
    const { bytes, from } = this.#arrival;
    const frame = readWireFrame(bytes, this.#key);
    if (frame === undefined || !types.includes(frame.type) || frame.id !== id)
      throw new Error("believed what is no answer to that");
    if (frame.attempt > sentCount) throw new Error("believed an answer to what was never sent");
    if (!sameEndpoint(from, to)) throw new Error("believed somebody else");
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
