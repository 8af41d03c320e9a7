import type { Clock } from "@udp/core";

/** Wakes the one who waits for it, also where it was rung before. */
export class Bell {
  #ringing = Promise.withResolvers<void>();

  readonly ring = (): void => this.#ringing.resolve();

  /** Settles when it is rung, or at the deadline; `Infinity` for none. */
  async heard(clock: Clock, deadlineNs: number): Promise<void> {
    const isEndless = deadlineNs === Number.POSITIVE_INFINITY;
    const cancelTimer = isEndless ? undefined : clock.at(deadlineNs, this.ring);
    await this.#ringing.promise;
    cancelTimer?.();
    this.#ringing = Promise.withResolvers();
  }
}
