import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Clock, ReplyLimits } from "@udp/core";
import {
  addressFamily,
  ReplyGuard,
  SessionDriver,
  secureRandom,
  systemClock,
  tell,
} from "@udp/core";
import type { Announcement, ServiceInfo } from "./announcement.ts";
import { DEFAULT_TTL_SECONDS, MAX_NAME_BYTES } from "./announcement.ts";
import type { Arrival, HeardDatagram } from "./arrival.ts";
import { isReply } from "./frame.ts";
import { createInstance } from "./instance.ts";
import type { InterfaceSocket } from "./interface-socket.ts";
import type { Listener } from "./listener.ts";
import { DISCOVERY_GROUPS } from "./membership.ts";
import type { ResponderCounters, SilenceReason } from "./responder-counters.ts";
import type { OutgoingAnswer } from "./responder-session.ts";
import { ResponderSession } from "./responder-session.ts";
import type { ListenOptions } from "./station.ts";
import { Station } from "./station.ts";

/** Where {@link announce} listens, and what it says of the service. */
export interface AnnounceOptions extends ListenOptions, ReplyLimits {
  /** 1 to 63 bytes of UTF-8; need not be unique. Default: the name of this host. */
  readonly name?: string | undefined;
  /** Where the service is, 1 to 65535. Default: the port that is listened at. */
  readonly servicePort?: number | undefined;
  /** Short facts about the service. Default: none. */
  readonly info?: ServiceInfo | undefined;
  /** How long an answer is believed, 1 to 86,400. Default 120. */
  readonly ttlSeconds?: number | undefined;
  /** The longest that an answer waits, whatever a query grants, 0 to 65,535. Default 5000. */
  readonly maxDelayMs?: number | undefined;
  /** Answer sources that are on no network of this host too. Default `false`. */
  readonly answersAnyNetwork?: boolean | undefined;
  /** Told of what is no part of a discovery. What it throws is an uncaught exception. */
  readonly onDatagram?: ((datagram: HeardDatagram) => void) | undefined;
  /** Told of each query, and why it gets no answer of its own. What it throws is an uncaught exception. */
  readonly onQuery?:
    | ((query: HeardDatagram, silence: SilenceReason | undefined) => void)
    | undefined;
}

/** Answers those who ask who is there. At its end it says goodbye to them. */
export interface Announcer extends Listener {
  /** Live figures. */
  readonly counters: ResponderCounters;
}

/**
 * Lets others find this program: answers the queries of `discover`, and nothing else.
 *
 * @throws UdpError as `listen`; `UDP_BAD_OPTION`.
 */
export async function announce(options: AnnounceOptions = {}): Promise<Announcer> {
  const { signal, ...listening } = options;
  signal?.throwIfAborted();
  let responder: Responder | undefined;
  const station = await Station.open(listening, {
    groups: DISCOVERY_GROUPS,
    onDatagram: (datagram) => responder?.take(datagram),
  });
  try {
    signal?.throwIfAborted();
    responder = new Responder(station, options);
  } catch (error) {
    station.close();
    throw error;
  }
  // Not the station's own signal: goodbyes are said while there is a socket.
  const close = (): void => {
    signal?.removeEventListener("abort", close);
    responder.leave();
  };
  signal?.addEventListener("abort", close, { once: true });
  const { local } = station;
  const { counters } = responder.session;
  return { local, counters, close, [Symbol.asyncDispose]: async () => close() };
}

class Responder {
  readonly session: ResponderSession;
  readonly #options: AnnounceOptions;
  readonly #station: Station;
  readonly #clock: Clock;
  readonly #driver: SessionDriver<OutgoingAnswer, InterfaceSocket>;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(station: Station, options: AnnounceOptions) {
    const { clock = systemClock, answersAnyNetwork = false, maxDelayMs } = options;
    this.#station = station;
    this.#options = options;
    this.#clock = clock;
    this.session = new ResponderSession({
      guard: new ReplyGuard({ ...options, local: station.local, isOwnReply: isReply }),
      instance: createInstance(randomBytes),
      announcement: announcementOf(options, station.local.port),
      isOwnNetwork: (address) => answersAnyNetwork || station.networks.include(address),
      hearsGroup: (arrival) => this.#hearsGroup(arrival),
      ...(maxDelayMs !== undefined && { maxDelayMs }),
      random: secureRandom,
    });
    this.#driver = new SessionDriver(this.session, clock, (_socket, answer) => this.#send(answer));
  }

  take(datagram: HeardDatagram): void {
    const { payload, from } = datagram;
    const silence = this.session.receive(payload, from, datagram, this.#clock.nowNs());
    if (silence === "foreign") tell(this.#options.onDatagram, datagram);
    else tell(this.#options.onQuery, datagram, silence);
    this.#driver.advance(this.#station.socket);
  }

  /** Idempotent. */
  leave(): void {
    if (this.#station.socket.isClosed) return;
    for (const goodbye of this.session.goodbye(this.#clock.nowNs())) this.#send(goodbye);
    this.#driver[Symbol.dispose]();
    this.#station.close();
  }

  /** From the address that was asked, where that is this host's alone; by the interface that was asked. */
  #send({ payload, to, arrival, hopLimit }: OutgoingAnswer): boolean {
    const { destination, interfaceName } = arrival;
    const isOwn = destination !== undefined && this.#station.networks.isOwn(destination);
    const source = isOwn ? destination : undefined;
    const departure = { to, interfaceName, source, hopLimit };
    return this.#station.socket.send(payload, departure) === undefined;
  }

  #hearsGroup({ interfaceName, destination }: Arrival): boolean {
    if (interfaceName === undefined || destination === undefined) return false;
    const family = addressFamily(destination);
    return this.#station.groups.hears(DISCOVERY_GROUPS, interfaceName, family);
  }
}

function announcementOf(
  {
    name = defaultName(),
    servicePort,
    info = {},
    ttlSeconds = DEFAULT_TTL_SECONDS,
  }: AnnounceOptions,
  port: number,
): Announcement {
  return { name, port: servicePort ?? port, info, ttlSeconds };
}

/** What a responder is called where nothing else is said: the name of this host, as much of it as there is room for. */
export function defaultName(): string {
  const bytes = Buffer.from(hostname()).subarray(0, MAX_NAME_BYTES);
  return new TextDecoder().decode(bytes).replace(/\ufffd+$/u, "") || "unnamed";
}
