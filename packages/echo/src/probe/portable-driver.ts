import type { Clock, DatagramSocket, Endpoint } from "@udp/core";
import { trySend } from "@udp/core";
import type { ProbeSession } from "./session.ts";

/** Where and when a session is carried out. */
export interface PortableRun {
  readonly socket: DatagramSocket;
  readonly target: Endpoint;
  readonly clock: Clock;
}

/** After so many datagrams that were due at once, those that came are looked at. */
const MAX_SENDS_IN_A_ROW = 64;

/** Carries a session out on the event loop; {@link PortableDriver.arrived} hands in what comes. */
export class PortableDriver implements Disposable {
  readonly #session: ProbeSession;
  readonly #run: PortableRun;
  readonly #end = Promise.withResolvers<void>();
  #cancelTimer: () => void = () => undefined;

  constructor(session: ProbeSession, run: PortableRun) {
    this.#session = session;
    this.#run = run;
  }

  /** Settles when the session is over. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  /** Nothing is sent any more. */
  [Symbol.dispose](): void {
    this.#cancelTimer();
  }

  /** Sends what is due, and sees to it that this is called again when more is. */
  advance(): void {
    this.#cancelTimer();
    const { clock } = this.#run;
    for (let sends = 0; sends < MAX_SENDS_IN_A_ROW; sends++) {
      const payload = this.#session.poll(clock.nowNs());
      if (payload === undefined) break;
      this.#send(payload);
    }
    if (this.#session.isOver) this.#end.resolve();
    else this.#cancelTimer = clock.at(this.#session.dueAtNs, () => this.advance());
  }

  /** A datagram came at that time. */
  arrived(payload: Uint8Array, from: Endpoint, atNs: number): void {
    this.#session.receive(payload, from, atNs);
    this.advance();
  }

  #send(payload: Uint8Array): void {
    const { socket, target, clock } = this.#run;
    const sentAtNs = clock.nowNs();
    const isTaken = trySend(socket, payload, target);
    this.#session.noteSent({ isTaken, sentAtNs, returnedAtNs: clock.nowNs() });
  }
}
