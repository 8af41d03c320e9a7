import type { Clock } from "./clock.ts";

/** What can be driven: a protocol that does no I/O. */
export interface DrivenSession<Outgoing> {
  /** Counts what the system did not take. */
  readonly counters: { unsentCount: number };
  /** What is to be sent now. */
  poll(nowNs: number): readonly Outgoing[];
  /** When {@link poll} has something to do; in the past where that is now, `undefined` for never. */
  nextDeadlineNs(): number | undefined;
}

/** How a {@link SessionDriver} sends: whether the system took it. Must not throw for what is the network's. */
export type SendOutgoing<Socket, Outgoing> = (socket: Socket, outgoing: Outgoing) => boolean;

/** Joins a session to a socket and a clock. What the system does not take is counted, and is lost. */
export class SessionDriver<Outgoing, Socket extends { readonly isClosed: boolean }>
  implements Disposable
{
  readonly #session: DrivenSession<Outgoing>;
  readonly #clock: Clock;
  readonly #send: SendOutgoing<Socket, Outgoing>;
  #isOver = false;
  #cancelTimer: () => void = () => undefined;

  constructor(
    session: DrivenSession<Outgoing>,
    clock: Clock,
    send: SendOutgoing<Socket, Outgoing>,
  ) {
    this.#session = session;
    this.#clock = clock;
    this.#send = send;
  }

  /** Sends what is due, and sees to it that this is called again when more is. */
  advance(socket: Socket): void {
    if (this.#isOver || socket.isClosed) return;
    this.#cancelTimer();
    for (const outgoing of this.#session.poll(this.#clock.nowNs())) {
      if (!this.#send(socket, outgoing)) this.#session.counters.unsentCount++;
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
