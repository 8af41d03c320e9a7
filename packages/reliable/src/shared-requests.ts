import type { Clock } from "@udp/core";
import { beforeDeadline, msToNs, tell, unlessAborted } from "@udp/core";
import { ReliableError } from "./errors.ts";
import type { TransmissionListener } from "./pending-request.ts";
import type { RequestAnswer, RequestOptions } from "./requester.ts";

/** What a request that is shared is made with, for all who wait for it. */
type Together = Required<Pick<RequestOptions, "signal" | "onTransmitted">>;

interface SharedRequest {
  readonly outcome: Promise<RequestAnswer>;
  readonly abandonment: AbortController;
  readonly listeners: Set<TransmissionListener>;
  callerCount: number;
}

/** Equal requests that are made once, and are abandoned when nobody waits for them any more. */
export class SharedRequests {
  readonly #clock: Clock;
  readonly #underWay = new Map<string, SharedRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the request with this key, within what this caller allows.
   *
   * @param ask makes it, where it is not under way.
   */
  async join(
    key: string,
    caller: RequestOptions,
    ask: (together: Together) => Promise<RequestAnswer>,
  ): Promise<RequestAnswer> {
    const shared = this.#underWay.get(key) ?? this.#start(key, ask);
    const listener: TransmissionListener = (...transmission) =>
      tell(caller.onTransmitted, ...transmission);
    shared.callerCount++;
    shared.listeners.add(listener);
    try {
      const answer = await this.#within(caller, shared.outcome);
      return { ...answer, payload: Uint8Array.from(answer.payload) };
    } finally {
      shared.listeners.delete(listener);
      if (--shared.callerCount === 0) this.#abandon(key, shared);
    }
  }

  #start(key: string, ask: (together: Together) => Promise<RequestAnswer>): SharedRequest {
    const abandonment = new AbortController();
    const listeners: SharedRequest["listeners"] = new Set();
    const onTransmitted: TransmissionListener = (...transmission) => {
      for (const listener of listeners) listener(...transmission);
    };
    // The first transmission may be made before there is a listener.
    const outcome = Promise.resolve().then(() =>
      ask({ signal: abandonment.signal, onTransmitted }),
    );
    const shared = { outcome, abandonment, listeners, callerCount: 0 };
    this.#underWay.set(key, shared);
    return shared;
  }

  #within({ signal, timeoutMs }: RequestOptions, outcome: Promise<RequestAnswer>) {
    if (timeoutMs === undefined) return unlessAborted(outcome, signal);
    const deadlineNs = this.#clock.nowNs() + msToNs(timeoutMs);
    return beforeDeadline(outcome, { clock: this.#clock, deadlineNs, signal }, () => {
      return new ReliableError("RELIABLE_NO_ANSWER", `No answer came within ${timeoutMs} ms`);
    });
  }

  #abandon(key: string, shared: SharedRequest): void {
    if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
    shared.abandonment.abort();
  }
}
