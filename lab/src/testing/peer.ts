import type { DatagramSocket, Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";

export interface Arrival {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

const LOOPBACK: Endpoint = { address: "127.0.0.1", port: 0 };

/** A socket that does as the test says, and keeps what comes until it is asked for. */
export class Peer implements AsyncDisposable {
  readonly #socket: DatagramSocket;
  readonly #inbox: Inbox;

  private constructor(socket: DatagramSocket, inbox: Inbox) {
    this.#socket = socket;
    this.#inbox = inbox;
  }

  /** @param local default: a port of 127.0.0.1 that the system chooses. */
  static async open(local: Endpoint = LOOPBACK): Promise<Peer> {
    const inbox = new Inbox();
    const onDatagram = (payload: Uint8Array, from: Endpoint): void => inbox.put({ payload, from });
    return new Peer(await openBunSocket({ local, onDatagram }), inbox);
  }

  get local(): Endpoint {
    return this.#socket.local;
  }

  /** The next datagram that came or comes. */
  next(): Promise<Arrival> {
    return this.#inbox.take();
  }

  async send(payload: string | Uint8Array, to: Endpoint): Promise<void> {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    while (!this.#socket.send(bytes, to)) await this.#socket.drained();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }
}

/** An endpoint that a socket had a moment ago. */
export async function closedEndpoint(): Promise<Endpoint> {
  await using peer = await Peer.open();
  return peer.local;
}

/** Arrivals that wait for a reader, or readers that wait for an arrival. */
class Inbox {
  readonly #arrivals: Arrival[] = [];
  readonly #readers: ((arrival: Arrival) => void)[] = [];

  put(arrival: Arrival): void {
    const reader = this.#readers.shift();
    if (reader === undefined) this.#arrivals.push(arrival);
    else reader(arrival);
  }

  take(): Promise<Arrival> {
    const arrival = this.#arrivals.shift();
    if (arrival !== undefined) return Promise.resolve(arrival);
    return new Promise((resolve) => this.#readers.push(resolve));
  }
}
