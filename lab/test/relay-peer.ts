import type { DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { openBunSocket } from "@udp/core";

interface Arrival {
  readonly text: string;
  readonly from: Endpoint;
}

/** What {@link RelayPeer.open} may be told. */
interface RelayPeerOptions {
  readonly local: Endpoint;
  /** Sends every datagram back to where it came from. */
  readonly isEcho?: boolean;
  readonly openSocket?: OpenDatagramSocket;
}

/** A client or a target of a relay: does as the test says, and keeps what comes. */
export class RelayPeer implements AsyncDisposable {
  readonly arrivals: Arrival[];
  readonly #socket: DatagramSocket;

  private constructor(socket: DatagramSocket, arrivals: Arrival[]) {
    this.#socket = socket;
    this.arrivals = arrivals;
  }

  static async open(options: RelayPeerOptions): Promise<RelayPeer> {
    const { local, isEcho = false, openSocket = openBunSocket } = options;
    const arrivals: Arrival[] = [];
    const decoder = new TextDecoder();
    const socket = await openSocket({
      local,
      onDatagram: (payload, from, receiver) => {
        arrivals.push({ text: decoder.decode(payload), from });
        if (isEcho) receiver.send(payload, from);
      },
    });
    return new RelayPeer(socket, arrivals);
  }

  get local(): Endpoint {
    return this.#socket.local;
  }

  get texts(): string[] {
    return this.arrivals.map(({ text }) => text);
  }

  /** How many of the numbered datagrams came after one with a higher number (RFC 4737), copies left out. */
  get reorderedCount(): number {
    const numbers = [...new Set(this.texts)].map(Number);
    return numbers.filter((number, index) => number < Math.max(...numbers.slice(0, index))).length;
  }

  send(text: string, to: Endpoint): void {
    if (this.#socket.send(new TextEncoder().encode(text), to)) return;
    throw new Error("the test sends more at once than a socket takes");
  }

  close(): void {
    this.#socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
