import type { DatagramSocket, Endpoint } from "@udp/core";
import { formatEndpoint, trySend } from "@udp/core";
import { packetBytes } from "@udp/core/simulation";
import type { Way } from "../link/bad-link.ts";
import { BadLink } from "../link/bad-link.ts";
import type { BadLinkOptions } from "../link/bad-link-options.ts";
import type { RelayOptions, RelaySettings } from "./relay-options.ts";
import { relaySettings } from "./relay-options.ts";
import type { RelayReport, RelayWayReport } from "./relay-report.ts";
import { TimedLink } from "./timed-link.ts";

/** Each has a socket of its own, until the relay is disposed of. */
const MAX_CLIENTS = 1024;

/** A bad link on the loopback, which is there until it is disposed of. */
export interface Relay extends AsyncDisposable {
  /** The endpoint that clients use instead of the target. */
  readonly local: Endpoint;

  /** What the relay has done so far; a copy that does not change. */
  report(): RelayReport;

  /**
   * Other options from the next datagram on; what is on its way stays so, and the counters go on.
   * Returns what the relay had done by then.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  configure(options: Omit<BadLinkOptions, "seed">): RelayReport;
}

/**
 * Opens a relay between clients and a target on this host, with a bad link in it: what a lab's link
 * does to packets, where no lab can be. Each client, 1024 of them at most, has a socket of its own
 * at the target, so that answers find it and nobody but the target can answer.
 *
 * Not as on a path: the target sees the relay's address, ICMP errors reach no client, and no
 * datagram is too large. Delays are never shorter than they should be, and up to about 1 ms longer
 * on an idle host, so that datagrams come in bunches. What a socket has no room for when it arrives,
 * at the relay or behind it, the system drops and nobody counts.
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`; `UDP_BAD_OPTION`, for an address outside the
 * loopback too; `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const relay = new LoopbackRelay(relaySettings(options));
  await relay.open();
  return relay;
}

class LoopbackRelay implements Relay {
  local: Endpoint;
  readonly #settings: RelaySettings;
  readonly #link: BadLink;
  readonly #traffic: TimedLink;
  readonly #closing = new AbortController();
  /** By client. One that could not be opened stays here as `undefined`. */
  readonly #upstreams = new Map<string, Promise<DatagramSocket | undefined>>();
  readonly #unsentCounts: Record<Way, number> = { forward: 0, backward: 0 };
  #refusedCount = 0;

  constructor(settings: RelaySettings) {
    this.#settings = settings;
    this.local = settings.local;
    this.#link = new BadLink(settings.link);
    this.#traffic = new TimedLink(this.#link, settings.clock);
  }

  async open(): Promise<void> {
    const socket = await this.#settings.openSocket({
      local: this.local,
      signal: this.#closing.signal,
      onDatagram: (payload, client, receiver) => this.#takeForward(payload, client, receiver),
    });
    this.local = socket.local;
  }

  report(): RelayReport {
    return {
      forward: this.#wayReport("forward"),
      backward: this.#wayReport("backward"),
      refused: this.#refusedCount,
    };
  }

  configure(options: Omit<BadLinkOptions, "seed">): RelayReport {
    this.#link.configure(options);
    return this.report();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#traffic.stop();
    await Promise.all(this.#upstreams.values());
  }

  #wayReport(way: Way): RelayWayReport {
    return { ...this.#link.counters(way), unsent: this.#unsentCounts[way] };
  }

  /** The fate is decided now; a socket that is still being opened only keeps the datagram waiting. */
  #takeForward(payload: Uint8Array, client: Endpoint, receiver: DatagramSocket): void {
    const upstream = this.#upstreamOf(client, receiver);
    if (upstream === undefined) {
      this.#refusedCount++;
      return;
    }
    const { target } = this.#settings;
    this.#traffic.send("forward", packetBytes({ to: target, payload }), () => {
      void upstream.then((socket) => this.#pass("forward", socket, payload, target));
    });
  }

  #takeBackward(payload: Uint8Array, client: Endpoint, sender: DatagramSocket): void {
    this.#traffic.send("backward", packetBytes({ to: client, payload }), () =>
      this.#pass("backward", sender, payload, client),
    );
  }

  #upstreamOf(
    client: Endpoint,
    receiver: DatagramSocket,
  ): Promise<DatagramSocket | undefined> | undefined {
    const name = formatEndpoint(client);
    const known = this.#upstreams.get(name);
    if (known !== undefined || this.#upstreams.size >= MAX_CLIENTS) return known;
    const upstream = this.#openUpstream(client, receiver);
    this.#upstreams.set(name, upstream);
    return upstream;
  }

  async #openUpstream(
    client: Endpoint,
    receiver: DatagramSocket,
  ): Promise<DatagramSocket | undefined> {
    try {
      return await this.#settings.openSocket({
        remote: this.#settings.target,
        signal: this.#closing.signal,
        onDatagram: (payload) => this.#takeBackward(payload, client, receiver),
      });
    } catch {
      // Nobody waits for this error: the client's datagrams are counted as unsent.
      return undefined;
    }
  }

  #pass(way: Way, socket: DatagramSocket | undefined, payload: Uint8Array, to: Endpoint): void {
    if (socket === undefined || !trySend(socket, payload, to)) this.#unsentCounts[way]++;
  }
}
