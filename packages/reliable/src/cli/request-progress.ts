import type { Clock, Endpoint } from "@udp/core";
import { nsToMs, systemClock } from "@udp/core";
import type { Output } from "@udp/core/cli";
import type { TransmissionCause } from "../pending-request.ts";
import { requesterCounters } from "../requester-counters.ts";
import { socketName, waiting } from "./client-rendering.ts";
import type { Faults } from "./no-answer.ts";

const { faults: NO_FAULTS } = requesterCounters();

/** What a wait alone would not tell. */
const SENT_AGAIN: Readonly<Partial<Record<TransmissionCause, string>>> = {
  cookie: "The server wants to know that we receive here: asked again, with its cookie",
  restart: "The server was started anew, before this request: asked again",
  acknowledged: "The server has the request: asked after it",
};

/** How far a request has come: shown as it goes on, and kept for its end. */
export class RequestProgress {
  readonly #output: Output;
  readonly #clock: Clock;
  /** Where the answer is awaited, and from whom; `undefined` before there is a socket. */
  ends: { readonly local: Endpoint; readonly server: Endpoint } | undefined;
  /** What came to the socket and was not believed. */
  faults: Faults = NO_FAULTS;
  /** How long an answer was awaited after each transmission, at most. */
  waitsMs: number[] = [];
  #firstSentAtNs = 0;

  constructor(output: Output, clock: Clock = systemClock) {
    this.#output = output;
    this.#clock = clock;
  }

  /** From the first transmission on. */
  get elapsedMs(): number {
    return nsToMs(this.#clock.nowNs() - this.#firstSentAtNs);
  }

  /**
   * There is a socket, perhaps after one to another address of the name.
   *
   * @param faults live figures.
   */
  open(local: Endpoint, server: Endpoint, faults: Faults = NO_FAULTS): void {
    this.ends = { local, server };
    this.faults = faults;
    this.waitsMs = [];
    this.#output.detail(socketName(local));
  }

  readonly transmitted = (attempt: number, waitMs: number, cause: TransmissionCause): void => {
    if (attempt === 1) this.#firstSentAtNs = this.#clock.nowNs();
    this.waitsMs.push(waitMs);
    const reason = SENT_AGAIN[cause];
    if (reason !== undefined) this.#output.detail(reason);
    this.#output.detail(waiting(waitMs));
  };
}
