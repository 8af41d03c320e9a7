import type { Clock, Endpoint } from "@udp/core";
import { nsToMs, systemClock } from "@udp/core";
import type { Output } from "@udp/core/cli";
import { socketName, waiting } from "./client-rendering.ts";

/** How far a request has come: shown as it goes on, and kept for its end. */
export class RequestProgress {
  readonly #output: Output;
  readonly #clock: Clock;
  /** Where the answer is awaited, and from whom; `undefined` before there is a socket. */
  ends: { readonly local: Endpoint; readonly server: Endpoint } | undefined;
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

  /** There is a socket, perhaps after one to another address of the name. */
  open(local: Endpoint, server: Endpoint): void {
    this.ends = { local, server };
    this.waitsMs = [];
    this.#output.detail(socketName(local));
  }

  readonly transmitted = (attempt: number, waitMs: number): void => {
    if (attempt === 1) this.#firstSentAtNs = this.#clock.nowNs();
    this.waitsMs.push(waitMs);
    this.#output.detail(waiting(waitMs));
  };
}
