import type { EchoCounters } from "../echo-session.ts";
import { echoRefusals } from "../responder.ts";

/** The counters of a session in memory that threads share: one thread writes, another one reads. */
export class CounterBoard {
  readonly #numbers: Float64Array;

  /** @param memory what {@link createBoardMemory} made. */
  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Float64Array(memory);
  }

  write(counters: EchoCounters): void {
    const numbers = this.#numbers;
    numbers[0] = counters.receivedCount;
    numbers[1] = counters.repliedCount;
    numbers[2] = counters.unsentCount;
    for (let index = 0; index < echoRefusals.length; index++) {
      const reason = echoRefusals[index];
      if (reason !== undefined) numbers[FIRST_REFUSAL + index] = counters.refusals[reason];
    }
  }

  addTo(counters: EchoCounters): void {
    const [receivedCount = 0, repliedCount = 0, unsentCount = 0] = this.#numbers;
    counters.receivedCount += receivedCount;
    counters.repliedCount += repliedCount;
    counters.unsentCount += unsentCount;
    for (const [index, reason] of echoRefusals.entries()) {
      counters.refusals[reason] += this.#numbers[FIRST_REFUSAL + index] ?? 0;
    }
  }
}

const FIRST_REFUSAL = 3;

/** Room for the counters of one thread. */
export function createBoardMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(
    (FIRST_REFUSAL + echoRefusals.length) * Float64Array.BYTES_PER_ELEMENT,
  );
}
