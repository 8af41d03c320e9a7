import type { Clock, DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { addressFamily, deliver, unspecifiedAddress } from "@udp/core";
import type { ProbeProgress } from "./progress.ts";
import { ProgressReports } from "./progress.ts";
import type { ProbePlace } from "./result.ts";
import type { ProbeSession } from "./session.ts";
import { MAX_SENDS_IN_A_ROW } from "./session.ts";

/** Where and when a session is carried out. */
export interface PortableRun {
  readonly target: Endpoint;
  readonly openSocket: OpenDatagramSocket;
  readonly clock: Clock;
  /** Where datagrams leave; default: an address and a port of the system's choice. */
  readonly local?: Endpoint | undefined;
  readonly hopLimit?: number | undefined;
  /** Stops the sending. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

type PortablePlace = Omit<ProbePlace, "plan" | "startedAt" | "isClockSynchronised">;

/**
 * Carries a session out on the event loop and a socket of Bun: timers have a resolution of 1 ms there,
 * and times are those around the calls. Returns where they took place.
 *
 * @throws UdpError as `openBunSocket`.
 */
export async function runPortably(session: ProbeSession, run: PortableRun): Promise<PortablePlace> {
  const { target, openSocket, clock, signal, hopLimit } = run;
  let driver: PortableDriver | undefined;
  await using socket = await openSocket({
    local: run.local ?? { address: unspecifiedAddress(addressFamily(target.address)), port: 0 },
    receivesBursts: true,
    ...(hopLimit !== undefined && { hopLimit }),
    onDatagram: (payload, from) => driver?.arrived(payload, from, clock.nowNs()),
    onError: ({ code }) => {
      if (code === "UDP_REFUSED") driver?.refuse();
    },
  });
  using running = new PortableDriver(session, socket, run);
  driver = running;
  const stop = (): void => running.stop();
  signal?.addEventListener("abort", stop, { once: true });
  running.advance();
  if (signal?.aborted) stop();
  try {
    await running.ended;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  const { local, droppedCount } = socket;
  return { target, local, droppedCount, engine: "portable", noise: undefined };
}

class PortableDriver implements Disposable {
  readonly #session: ProbeSession;
  readonly #socket: DatagramSocket;
  readonly #target: Endpoint;
  readonly #clock: Clock;
  readonly #progress: ProgressReports | undefined;
  readonly #end = Promise.withResolvers<void>();
  #cancelTimer: () => void = () => undefined;

  constructor(session: ProbeSession, socket: DatagramSocket, run: PortableRun) {
    const { target, clock, onProgress } = run;
    this.#session = session;
    this.#socket = socket;
    this.#target = target;
    this.#clock = clock;
    this.#progress = onProgress && new ProgressReports(session, onProgress);
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
    for (let sends = 0; sends < MAX_SENDS_IN_A_ROW; sends++) {
      const payload = this.#session.poll(this.#clock.nowNs());
      if (payload === undefined) break;
      this.#send(payload);
    }
    this.#progress?.offer(this.#clock.nowNs());
    if (this.#session.isOver) this.#end.resolve();
    else this.#cancelTimer = this.#clock.at(this.#session.dueAtNs, () => this.advance());
  }

  stop(): void {
    this.#session.stop();
    this.advance();
  }

  /** Nobody listens at the far end. */
  refuse(): void {
    this.#session.refuse();
    this.advance();
  }

  /** A datagram came at that time. */
  arrived(payload: Uint8Array, from: Endpoint, atNs: number): void {
    this.#session.receive(payload, from, { atNs });
    this.advance();
  }

  #send(payload: Uint8Array): void {
    const sentAtNs = this.#clock.nowNs();
    const delivery = deliver(this.#socket, payload, this.#target);
    this.#session.noteSent({ delivery, sentAtNs, returnedAtNs: this.#clock.nowNs() });
  }
}
