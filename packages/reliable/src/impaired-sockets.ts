import type { Clock, DatagramSocket, Endpoint, OpenDatagramSocket, Random } from "@udp/core";
import { openBunSocket, secureRandom, systemClock } from "@udp/core";
import type { LinkCounters, LinkOptions } from "@udp/core/simulation";
import { Link, packetBytes } from "@udp/core/simulation";

/** What {@link ImpairedSockets} do to the datagrams that arrive. */
export interface ImpairmentOptions {
  /** The link that datagrams seem to have come over. */
  readonly link: LinkOptions;
  /** Told of each datagram that is dropped. What it throws is an uncaught exception. */
  readonly onDropped?: ((payload: Uint8Array, from: Endpoint) => void) | undefined;
  /** Decides what becomes of each datagram. Default: one that cannot be predicted. */
  readonly random?: Random | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/**
 * Sockets that lose, delay and double what arrives, as a bad network does, so that a program can be
 * seen to bear it. What they send is not touched; what is on its way when one closes is lost.
 */
export class ImpairedSockets {
  readonly #options: ImpairmentOptions;
  readonly #link: Link;
  readonly #clock: Clock;
  #heldBackCount = 0;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: ImpairmentOptions) {
    const { link, random = secureRandom, clock = systemClock } = options;
    this.#options = options;
    this.#link = new Link(link, random);
    this.#clock = clock;
  }

  /** What became of the datagrams so far. */
  get counters(): LinkCounters {
    return this.#link.counters;
  }

  /** Datagrams that are on their way, each copy by itself. */
  get heldBackCount(): number {
    return this.#heldBackCount;
  }

  /** Opens such a socket; it can be handed on by itself. */
  readonly open: OpenDatagramSocket = async (options) => {
    const { openSocket = openBunSocket } = this.#options;
    return await openSocket({
      ...options,
      onDatagram: (payload, from, socket) => {
        this.#receive({ payload, from, socket }, options.onDatagram);
      },
    });
  };

  #receive(arrival: Arrival, onDatagram: OnDatagram): void {
    const { payload, from } = arrival;
    const nowNs = this.#clock.nowNs();
    const fate = this.#link.send(packetBytes({ to: from, payload }), nowNs);
    if (fate.kind === "dropped") {
      this.#options.onDropped?.(payload, from);
      return;
    }
    for (const arrivalNs of fate.arrivalsNs) {
      if (arrivalNs <= nowNs) hand(arrival, onDatagram);
      else this.#holdBack(arrival, arrivalNs, onDatagram);
    }
  }

  #holdBack(arrival: Arrival, arrivalNs: number, onDatagram: OnDatagram): void {
    this.#heldBackCount++;
    this.#clock.at(arrivalNs, () => {
      this.#heldBackCount--;
      hand(arrival, onDatagram);
    });
  }
}

type OnDatagram = (payload: Uint8Array, from: Endpoint, socket: DatagramSocket) => void;

interface Arrival {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
  readonly socket: DatagramSocket;
}

/** Payloads belong to who receives them, so each copy is one of its own. */
function hand({ payload, from, socket }: Arrival, onDatagram: OnDatagram): void {
  if (!socket.isClosed) onDatagram(Uint8Array.from(payload), { ...from }, socket);
}
