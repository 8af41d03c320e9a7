import type { SocketError } from "@udp/core/linux";
import type { Phase, Transmission } from "../phase.ts";

/**
 * Keeps what was measured of each way: it is confirmed now and then, and larger sizes are due after
 * a while (CONFIRMATION_TIMER and PMTU_RAISE_TIMER of RFC 8899 section 5.1.1). Over as soon as a way
 * wants to be measured again.
 */
export class KeepingPhase implements Phase {
  readonly #ways: readonly Phase[];

  /** @param ways of which the measurement is over. */
  constructor(ways: readonly Phase[]) {
    this.#ways = ways;
  }

  get isOver(): boolean {
    return this.#ways.some(({ isOver }) => !isOver);
  }

  nextDeadlineNs(): number | undefined {
    const deadlinesNs = this.#ways.map((way) => way.nextDeadlineNs() ?? Number.POSITIVE_INFINITY);
    const nextNs = Math.min(...deadlinesNs);
    return nextNs === Number.POSITIVE_INFINITY ? undefined : nextNs;
  }

  /** The probes of a new search are left to the measurement that follows. */
  poll(nowNs: number): readonly Transmission[] {
    const transmissions = this.#ways.flatMap((way) => way.poll(nowNs));
    return this.isOver ? [] : transmissions;
  }

  receive(payload: Uint8Array, nowNs: number): void {
    for (const way of this.#ways) way.receive(payload, nowNs);
  }

  receiveError(error: SocketError, nowNs: number): void {
    for (const way of this.#ways) way.receiveError(error, nowNs);
  }
}
