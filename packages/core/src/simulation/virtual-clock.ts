import { UdpError } from "../errors.ts";
import type { Clock } from "../timing/clock.ts";
import { nsToMs } from "../timing/clock.ts";
import { nextTurn } from "../timing/next-turn.ts";
import { TimerQueue } from "../timing/timer-queue.ts";

/**
 * Why a wait in virtual time was given up: `SIMULATION_IDLE`, nothing is left that could happen;
 * `SIMULATION_OVERRUN`, things go on happening and the awaited one is not among them.
 */
export type SimulationErrorCode = "SIMULATION_IDLE" | "SIMULATION_OVERRUN";

const HOUR_NS = 3_600_000_000_000;

/** More timers than this at one moment means that they arm one another without end. */
const MAX_TIMERS_PER_MOMENT = 1_000_000;

/**
 * A clock that stands still until it is driven, and then jumps from timer to timer: an hour of
 * protocol passes in the time that its callbacks take.
 *
 * Timers run in the order of their deadlines, equal ones in the order of insertion. After each one
 * the promise callbacks that it set off run to their end, so that `async` code under test keeps up.
 * Work that leaves the thread (files, name resolution, `crypto.subtle`) is not waited for.
 *
 * An error that a timer's callback throws rejects the call that drives the clock.
 */
export class VirtualClock implements Clock {
  readonly #timers = new TimerQueue();
  #nowNs = 0;
  #timersAtThisMoment = 0;

  /** Nanoseconds of virtual time since the clock was made. */
  nowNs(): number {
    return this.#nowNs;
  }

  /**
   * A deadline that has passed is due at once, when the clock is next driven.
   *
   * @throws UdpError `UDP_BAD_OPTION` where `deadlineNs` is not a number.
   */
  at(deadlineNs: number, callback: () => void): () => void {
    if (Number.isNaN(deadlineNs)) {
      throw new UdpError("UDP_BAD_OPTION", "expected a deadlineNs in nanoseconds; got NaN");
    }
    return this.#timers.add(deadlineNs, callback);
  }

  /** Runs everything that is due within the next `durationNs`, and stands still that much later. */
  advanceBy(durationNs: number): Promise<void> {
    return this.advanceTo(this.#nowNs + durationNs);
  }

  /**
   * Runs everything that is due up to and at `momentNs`, and stands still there.
   *
   * @throws UdpError `UDP_BAD_OPTION` where that moment has passed, `SIMULATION_OVERRUN` where
   * timers arm one another without end.
   */
  async advanceTo(momentNs: number): Promise<void> {
    if (!(momentNs >= this.#nowNs)) {
      throw new UdpError(
        "UDP_BAD_OPTION",
        `expected a moment from ${this.#nowNs} ns on, which is now; got ${momentNs} ns`,
      );
    }
    await nextTurn();
    while (this.#runNext(momentNs)) await nextTurn();
    this.#moveTo(momentNs);
  }

  /**
   * Runs timer after timer until the condition holds; it is asked before each of them.
   *
   * @param limitNs How much virtual time that may take; default one hour.
   * @throws UdpError with a {@link SimulationErrorCode} where the condition cannot come to hold, or
   * does not within the limit.
   */
  async runUntil(condition: () => boolean, limitNs: number = HOUR_NS): Promise<void> {
    const endNs = this.#nowNs + limitNs;
    await nextTurn();
    while (!condition()) {
      if (!this.#runNext(endNs)) throw this.#fruitless(limitNs);
      await nextTurn();
    }
  }

  /**
   * Runs timer after timer until the work is done, and returns or throws what it came to.
   *
   * @param limitNs How much virtual time that may take; default one hour.
   * @throws UdpError as {@link runUntil}.
   */
  async run<Result>(work: Promise<Result>, limitNs?: number): Promise<Result> {
    let isDone = false;
    const markDone = (): void => {
      isDone = true;
    };
    work.then(markDone, markDone);
    await this.runUntil(() => isDone, limitNs);
    return await work;
  }

  #runNext(untilNs: number): boolean {
    const timer = this.#timers.takeDue(untilNs);
    if (timer === undefined) return false;
    this.#moveTo(Math.max(this.#nowNs, timer.deadlineNs));
    if (++this.#timersAtThisMoment > MAX_TIMERS_PER_MOMENT) throw this.#standstill();
    timer.callback();
    return true;
  }

  #moveTo(momentNs: number): void {
    if (momentNs > this.#nowNs) this.#timersAtThisMoment = 0;
    this.#nowNs = momentNs;
  }

  #fruitless(limitNs: number): UdpError<SimulationErrorCode> {
    const now = `${nsToMs(this.#nowNs)} ms`;
    if (this.#timers.nextDeadlineNs() === undefined) {
      return new UdpError(
        "SIMULATION_IDLE",
        `at ${now} no timer and no datagram is left, and what is awaited has not happened`,
      );
    }
    return new UdpError(
      "SIMULATION_OVERRUN",
      `what is awaited has not happened by ${now}, and the next timer is past the limit of ${nsToMs(limitNs)} ms`,
    );
  }

  #standstill(): UdpError<SimulationErrorCode> {
    return new UdpError(
      "SIMULATION_OVERRUN",
      `time stands still at ${nsToMs(this.#nowNs)} ms: ${MAX_TIMERS_PER_MOMENT} timers ran there, and more are due`,
    );
  }
}
