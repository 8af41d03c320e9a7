import type { Clock, Endpoint } from "@udp/core";
import { unlessAborted } from "@udp/core";
import type { Phase, Transmission } from "../phase.ts";
import { ProbeSocket } from "./probe-socket.ts";

/** How a measurement is run. */
export interface MeasurementOptions {
  readonly clock: Clock;
  /** Ends it; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Joins what is measured, a {@link Phase}, to a socket and a clock until it is over.
 *
 * @param start makes it, once the socket hears.
 * @throws MtuError `MTU_UNSUPPORTED`; UdpError `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function measure<Measured extends Phase>(
  target: Endpoint,
  start: (socket: ProbeSocket, nowNs: number) => Measured,
  { clock, signal }: MeasurementOptions,
): Promise<Measured> {
  using socket = new ProbeSocket(target);
  await unlessAborted(socket.listening, signal);
  const measured = start(socket, clock.nowNs());
  using measurement = new Measurement(measured, socket, clock);
  await unlessAborted(measurement.run(), signal);
  return measured;
}

class Measurement implements Disposable {
  readonly #measured: Phase;
  readonly #socket: ProbeSocket;
  readonly #clock: Clock;
  readonly #over = Promise.withResolvers<void>();
  #cancelTimer: () => void = () => undefined;

  constructor(measured: Phase, socket: ProbeSocket, clock: Clock) {
    this.#measured = measured;
    this.#socket = socket;
    this.#clock = clock;
  }

  run(): Promise<void> {
    this.#socket.listen(() => this.#advance());
    this.#advance();
    return this.#over.promise;
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
  }

  /** Failures of the system reject what is awaited: no caller of timers and sockets would hear them. */
  #advance(): void {
    this.#cancelTimer();
    try {
      while (this.#exchange());
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

  #send({ payload, mayBeCut, hopLimit, refuse }: Transmission): void {
    const limitBytes = this.#socket.send(payload, { mayBeCut, hopLimit });
    if (limitBytes !== undefined) refuse?.(limitBytes, this.#clock.nowNs());
  }

  #armTimer(): void {
    const deadlineNs = this.#measured.nextDeadlineNs();
    if (this.#measured.isOver || deadlineNs === undefined) this.#over.resolve();
    else this.#cancelTimer = this.#clock.at(deadlineNs, () => this.#advance());
  }
}
