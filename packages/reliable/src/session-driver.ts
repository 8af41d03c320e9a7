import type { Clock, DatagramSocket, Endpoint } from "@udp/core";
import { trySend } from "@udp/core";

/** What can be driven: a protocol that does no I/O. */
export interface DrivenSession {
  /** The datagrams to be sent now. */
  poll(nowNs: number): readonly { readonly payload: Uint8Array; readonly to: Endpoint }[];
  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined;
}

/** Counts what the system did not take; the protocol sends it again. */
interface UnsentCounter {
  unsentCount: number;
}

/** Joins a session to a socket and a clock. */
export class SessionDriver implements Disposable {
  readonly #session: DrivenSession;
  readonly #counters: UnsentCounter;
  readonly #clock: Clock;
  #isOver = false;
  #cancelTimer: () => void = () => undefined;

  constructor(session: DrivenSession & { readonly counters: UnsentCounter }, clock: Clock) {
    this.#session = session;
    this.#counters = session.counters;
    this.#clock = clock;
  }

  /** Sends what is due, and sees to it that this is called again when more is. */
  advance(socket: DatagramSocket): void {
    if (this.#isOver || socket.isClosed) return;
    this.#cancelTimer();
    for (const { payload, to } of this.#session.poll(this.#clock.nowNs())) {
      // A connected socket knows where.
      if (!trySend(socket, payload, socket.remote === undefined ? to : undefined))
        this.#counters.unsentCount++;
    }
    const deadlineNs = this.#session.nextDeadlineNs();
    if (deadlineNs === undefined) return;
    this.#cancelTimer = this.#clock.at(deadlineNs, () => this.advance(socket));
  }

  /** Nothing is sent any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancelTimer();
  }
}
