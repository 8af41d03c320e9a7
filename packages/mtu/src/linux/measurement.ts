import type { Clock } from "@udp/core";
import { unlessAborted } from "@udp/core";
import type { Phase, Transmission } from "../phase.ts";
import type { ProbeSocket } from "./probe-socket.ts";

/** How a measurement is run. */
export interface MeasurementOptions {
  readonly clock: Clock;
  /** Ends it; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. What it throws rejects the promise. */
  readonly onAdvance?: (() => void) | undefined;
}

/**
 * Joins what is measured, a {@link Phase}, to a socket and a clock until it is over.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export async function measure(
  measured: Phase,
  socket: ProbeSocket,
  options: MeasurementOptions,
): Promise<void> {
  using measurement = new Measurement(measured, socket, options);
  await unlessAborted(measurement.run(), options.signal);
}

class Measurement implements Disposable {
  readonly #measured: Phase;
  readonly #socket: ProbeSocket;
  readonly #clock: Clock;
  readonly #onAdvance: () => void;
  readonly #over = Promise.withResolvers<void>();
  #cancelTimer: () => void = () => undefined;

  constructor(measured: Phase, socket: ProbeSocket, options: MeasurementOptions) {
    this.#measured = measured;
    this.#socket = socket;
    this.#clock = options.clock;
    this.#onAdvance = options.onAdvance ?? (() => undefined);
  }

  run(): Promise<void> {
    this.#socket.listen(() => this.#advance());
    this.#advance();
    return this.#over.promise;
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
    this.#socket.ignore();
  }

  /** Failures of the system reject what is awaited: no caller of timers and sockets would hear them. */
  #advance(): void {
    this.#cancelTimer();
    try {
      while (this.#exchange());
      this.#onAdvance();
      this.#armTimer();
    } catch (error) {
      this.#over.reject(error);
    }
  }

  /** Sends what is due; an answer may be there before the call that sends has returned. */
  #exchange(): boolean {
    this.#hear();
    const due = this.#measured.poll(this.#clock.nowNs());
    for (const one of due) this.#send(one);
    return due.length > 0;
  }

  #hear(): void {
    for (const error of this.#socket.readErrors()) {
      this.#measured.receiveError(error, this.#clock.nowNs());
    }
    for (const payload of this.#socket.readDatagrams()) {
      this.#measured.receive(payload, this.#clock.nowNs());
    }
  }

  #send({ payload, mayBeCut, hopLimit, refuse, fail }: Transmission): void {
    const { outcome, limitBytes } = this.#socket.send(payload, { mayBeCut, hopLimit });
    if (limitBytes !== undefined) refuse?.(limitBytes, this.#clock.nowNs());
    else if (outcome !== "sent") fail?.(outcome);
  }

  #armTimer(): void {
    const deadlineNs = this.#measured.nextDeadlineNs();
    if (this.#measured.isOver || deadlineNs === undefined) this.#over.resolve();
    else this.#cancelTimer = this.#clock.at(deadlineNs, () => this.#advance());
  }
}
