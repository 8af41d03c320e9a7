import { randomBytes } from "node:crypto";
import type { Clock, UdpError } from "@udp/core";
import { DEFAULT_PORT, msToNs, numberOption, systemClock } from "@udp/core";
import type { HeardDatagram } from "./arrival.ts";
import { Bell } from "./bell.ts";
import type { Destination, Plan, Skipped } from "./destination.ts";
import { destinationKey } from "./destination.ts";
import type { DiscoveryCounters } from "./discovery-counters.ts";
import { discoveryCounters } from "./discovery-counters.ts";
import type { DiscoveryTarget } from "./discovery-plan.ts";
import { discoveryPlan } from "./discovery-plan.ts";
import { scheduleFor } from "./discovery-schedule.ts";
import type { DiscoveryRules, OutgoingQuery } from "./discovery-session.ts";
import { DiscoverySession } from "./discovery-session.ts";
import { BroadcastError } from "./errors.ts";
import type { FoundResponder } from "./found-responder.ts";
import { createQueryId } from "./frame.ts";
import type { InterfaceSocket } from "./interface-socket.ts";
import { openInterfaceSocket } from "./interface-socket.ts";
import { InterfaceWatch } from "./interface-watch.ts";
import type { NetworkInterface, ReadInterfaces } from "./network-interface.ts";
import { interfaceReader } from "./network-interface.ts";
import type { DiscoveryEvent } from "./responder-table.ts";

/** Whom {@link discover} asks, how, and for how long. */
export interface DiscoverOptions extends DiscoveryTarget, DiscoveryRules {
  /** Where the responders listen, 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** How long after the first round it ends, where hosts are asked one by one after the second; `Infinity`: not before `signal` says so. Default 3000. */
  readonly waitMs?: number | undefined;
  /** Ends it, which is no error: what was found until then was found. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly readInterfaces?: ReadInterfaces | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined;
}

/** What became of one way of asking. */
export interface DestinationReport {
  readonly destination: Destination;
  /** Queries that the system took. */
  readonly sentCount: number;
  /** Why it did not take the last one; `undefined` where it did. */
  readonly error: UdpError | undefined;
  /** Whether it reached anybody, who may have gone since. */
  readonly hasReached: boolean;
}

export const DEFAULT_WAIT_MS = 3000;
const MAX_WAIT_MS = 86_400_000;
/** Routers that a query to one host may pass. */
const UNICAST_HOP_LIMIT = 64;

/**
 * Finds those who {@link announce} themselves on the networks of this host: tells of each that comes,
 * changes and goes. Asking begins with the iteration, which can be made once.
 *
 * @throws BroadcastError `BROADCAST_NO_INTERFACE`; UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`,
 * `UDP_BAD_ADDRESS`, `UDP_SYSTEM`, all from the iteration.
 */
export function discover(options: DiscoverOptions = {}): Discovery {
  return new Discovery(options, {
    plan: (interfaces) => discoveryPlan(options, interfaces),
    allowBroadcast: true,
  });
}

/** How a discovery asks, beside its options. */
export interface DiscoveryManner {
  readonly plan: (interfaces: readonly NetworkInterface[]) => Plan;
  /** Whether its socket may send to broadcast addresses (SO_BROADCAST). */
  readonly allowBroadcast: boolean;
}

/** A discovery: what happens, by iteration; what is known so far, at any time. */
export class Discovery implements AsyncIterable<DiscoveryEvent> {
  readonly #options: DiscoverOptions;
  readonly #manner: DiscoveryManner;
  readonly #clock: Clock;
  readonly #sendings = new Map<string, Omit<DestinationReport, "hasReached">>();
  readonly #reached = new Set<string>();
  #session: DiscoverySession | undefined;
  readonly #bell = new Bell();
  #skipped: readonly Skipped[] = [];

  constructor(options: DiscoverOptions, manner: DiscoveryManner) {
    this.#options = options;
    this.#manner = manner;
    this.#clock = options.clock ?? systemClock;
  }

  /** Those who are there, in the order in which they were found. */
  get responders(): readonly FoundResponder[] {
    return this.#session?.responders ?? [];
  }

  /** What became of each way of asking. */
  get destinations(): readonly DestinationReport[] {
    return [...this.#sendings].map(([key, sending]) => ({
      ...sending,
      hasReached: this.#reached.has(key),
    }));
  }

  /** Interfaces that are left out. */
  get skipped(): readonly Skipped[] {
    return this.#skipped;
  }

  /** Live figures. */
  get counters(): DiscoveryCounters {
    return this.#session?.counters ?? discoveryCounters();
  }

  /** Rounds of queries that have begun. */
  get roundCount(): number {
    return this.#session?.roundCount ?? 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DiscoveryEvent, void> {
    const { signal, waitMs = DEFAULT_WAIT_MS, port = DEFAULT_PORT, ...given } = this.#options;
    if (waitMs !== Number.POSITIVE_INFINITY) numberOption("waitMs", waitMs, 1, MAX_WAIT_MS);
    const read = this.#options.readInterfaces ?? (await interfaceReader());
    const interfaces = read();
    const destinations = this.#settle(interfaces);
    const { rules, durationMs } = scheduleFor(destinations, waitMs);
    const session = new DiscoverySession({
      ...rules,
      ...given,
      port,
      queryId: createQueryId(randomBytes),
      destinations,
    });
    this.#session = session;
    if (signal?.aborted) return;
    await using socket = await this.#open(destinations, session);
    using _watch = new InterfaceWatch(interfaces, { read, clock: this.#clock }, (changed) =>
      this.#follow(session, changed),
    );
    signal?.addEventListener("abort", this.#bell.ring);
    try {
      yield* this.#run(session, socket, this.#clock.nowNs() + msToNs(durationMs));
    } finally {
      signal?.removeEventListener("abort", this.#bell.ring);
    }
  }

  async *#run(
    session: DiscoverySession,
    socket: InterfaceSocket,
    endNs: number,
  ): AsyncGenerator<DiscoveryEvent, void> {
    for (;;) {
      const nowNs = this.#clock.nowNs();
      const isOver = nowNs >= endNs || this.#options.signal?.aborted === true;
      const queries = isOver ? [] : session.poll(nowNs);
      for (const query of queries) this.#ask(session, socket, query);
      const events = session.takeEvents();
      for (const { responder } of events) this.#noteReached(responder);
      yield* events;
      if (isOver) return;
      await this.#bell.heard(this.#clock, Math.min(endNs, session.nextDeadlineNs() ?? endNs));
    }
  }

  #open(destinations: readonly Destination[], session: DiscoverySession): Promise<InterfaceSocket> {
    const needsIpv6 = destinations.some(({ family }) => family === 6);
    return openInterfaceSocket({
      local: { address: needsIpv6 ? "::" : "0.0.0.0", port: 0 },
      allowBroadcast: this.#manner.allowBroadcast,
      hopLimit: 1,
      onDatagram: (datagram) => this.#hear(session, datagram),
    });
  }

  #hear(session: DiscoverySession, datagram: HeardDatagram): void {
    session.receive(datagram.payload, datagram.from, datagram, this.#clock.nowNs());
    this.#bell.ring();
  }

  #ask(
    session: DiscoverySession,
    socket: InterfaceSocket,
    { payload, to, destination }: OutgoingQuery,
  ): void {
    const { method, interfaceName, source } = destination;
    const hopLimit = method === "unicast" ? UNICAST_HOP_LIMIT : undefined;
    const error = socket.send(payload, { to, interfaceName, source, hopLimit });
    if (error !== undefined) session.counters.unsentCount++;
    const key = destinationKey(destination);
    const sentCount = (this.#sendings.get(key)?.sentCount ?? 0) + (error === undefined ? 1 : 0);
    this.#sendings.set(key, { destination, sentCount, error });
  }

  #noteReached({ paths }: FoundResponder): void {
    for (const path of paths) this.#reached.add(destinationKey(path));
  }

  #settle(interfaces: readonly NetworkInterface[]): readonly Destination[] {
    const { destinations, skipped } = this.#manner.plan(interfaces);
    this.#skipped = skipped;
    return destinations;
  }

  /** Where no interface is left, those that there were are asked until one comes. */
  #follow(session: DiscoverySession, interfaces: readonly NetworkInterface[]): void {
    try {
      session.setDestinations(this.#settle(interfaces));
    } catch (error) {
      if (!(error instanceof BroadcastError)) throw error;
    }
    this.#bell.ring();
  }
}
