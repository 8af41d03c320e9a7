import type { Endpoint, Random } from "@udp/core";
import { HostAddresses, nsToMs, ReplyGuard, seededRandom, TimerQueue } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { Link } from "@udp/core/simulation";
import type {
  Destination,
  DiscoveryEvent,
  DiscoveryRules,
  Method,
  OutgoingQuery,
} from "../../src/index.ts";
import {
  createInstance,
  createQueryId,
  DiscoverySession,
  isReply,
  ResponderSession,
} from "../../src/index.ts";

/** Some responders around one who asks, over links that lose. */
export interface WorldOptions {
  readonly seed: number;
  readonly responderCount: number;
  /** How many networks all of them are on; default 1. */
  readonly networkCount?: number;
  /** How each network is asked; default `limited` alone. Their copies are lost each by itself. */
  readonly methods?: readonly Method[];
  /** Each way, for each responder in each network. */
  readonly link: LinkOptions;
  readonly rules: DiscoveryRules;
}

/** What came of it. */
export interface WorldResult {
  /** How many were found when the answers to each round had come; the first round's stands first. */
  readonly foundAfterRound: readonly number[];
  /** How long the rounds took, milliseconds. */
  readonly elapsedMs: number;
  /** When the answers to each round left. */
  readonly answeredAtMs: readonly (readonly number[])[];
  readonly events: readonly DiscoveryEvent[];
  readonly session: DiscoverySession;
  /** The names of all who might be found. */
  readonly names: ReadonlySet<string>;
}

const PORT = 1060;

/** Shared by all, since it is large; it refuses nothing but what no responder may answer. */
const GUARD = new ReplyGuard({
  local: { address: "0.0.0.0", port: PORT },
  isOwnReply: isReply,
  hostAddresses: new HostAddresses({}),
  ratePerSource: "none",
  rateTotal: "none",
  isTrusted: true,
});

interface Node {
  readonly session: ResponderSession;
  /** By network: there, and back. */
  readonly links: readonly (readonly [Link, Link])[];
  readonly addresses: readonly string[];
  cancelTimer: () => void;
}

/** Lets the discovery ask all its rounds, and waits for the answers to the last one. */
export function runWorld(options: WorldOptions): WorldResult {
  return new World(options).run();
}

class World {
  readonly #timers = new TimerQueue();
  readonly #random: Random;
  readonly #nodes: readonly Node[];
  readonly #session: DiscoverySession;
  readonly #events: DiscoveryEvent[] = [];
  readonly #foundAfterRound: number[] = [];
  readonly #answeredAtMs: number[][] = [];
  #nowNs = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(options: WorldOptions) {
    const { seed, responderCount, networkCount = 1, methods = ["limited"], link, rules } = options;
    this.#random = seededRandom(seed);
    const networks = Array.from({ length: networkCount }, (_, network) => network);
    this.#nodes = Array.from({ length: responderCount }, (_, index) => ({
      session: new ResponderSession({
        guard: GUARD,
        instance: createInstance(this.#randomBytes),
        announcement: { name: `host-${index}`, port: 8000 + index, ttlSeconds: 3600, info: {} },
        isOwnNetwork: () => true,
        hearsGroup: () => true,
        random: this.#random,
      }),
      links: networks.map(
        () => [new Link(link, this.#random), new Link(link, this.#random)] as const,
      ),
      addresses: networks.map((network) => `10.${network}.${index >> 8}.${index & 0xff}`),
      cancelTimer: () => undefined,
    }));
    this.#session = new DiscoverySession({
      ...rules,
      queryId: createQueryId(this.#randomBytes),
      destinations: networks.flatMap((network) => methods.map((method) => pathOf(method, network))),
    });
  }

  run(): WorldResult {
    this.#poll();
    const timers = this.#timers;
    for (;;) {
      const due = timers.takeDue(Number.POSITIVE_INFINITY);
      // The time to live of a responder is longer than any run.
      if (due === undefined || due.deadlineNs > 1e12) break;
      this.#nowNs = Math.max(this.#nowNs, due.deadlineNs);
      due.callback();
    }
    this.#noteRound();
    return {
      foundAfterRound: this.#foundAfterRound,
      elapsedMs: nsToMs(this.#nowNs),
      answeredAtMs: this.#answeredAtMs,
      events: this.#events,
      session: this.#session,
      names: new Set(this.#nodes.map((_, index) => `host-${index}`)),
    };
  }

  readonly #randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => 256 * this.#random());

  #poll(): void {
    const rounds = this.#session.roundCount;
    const queries = this.#session.poll(this.#nowNs);
    if (rounds > 0 && this.#session.roundCount > rounds) this.#noteRound();
    for (const query of queries) this.#broadcast(query);
    this.#settle();
  }

  #noteRound(): void {
    this.#foundAfterRound.push(this.#events.filter(({ type }) => type === "found").length);
  }

  #settle(): void {
    this.#events.push(...this.#session.takeEvents());
    this.#cancelTimer();
    const deadlineNs = this.#session.nextDeadlineNs();
    if (deadlineNs !== undefined)
      this.#cancelTimer = this.#timers.add(deadlineNs, () => this.#poll());
  }

  #broadcast({ destination: { interfaceName }, to, payload }: OutgoingQuery): void {
    const network = Number(interfaceName?.slice("eth".length));
    const from = { address: `10.${network}.255.1`, port: 40_000 };
    const arrival = { interfaceName, destination: to.address };
    for (const node of this.#nodes) {
      this.#carry(node.links[network]?.[0], payload, () => {
        node.session.receive(payload, from, arrival, this.#nowNs);
        this.#arm(node);
      });
    }
  }

  #arm(node: Node): void {
    node.cancelTimer();
    const deadlineNs = node.session.nextDeadlineNs();
    if (deadlineNs === undefined) return;
    node.cancelTimer = this.#timers.add(deadlineNs, () => this.#answer(node));
  }

  #answer(node: Node): void {
    for (const { payload, to } of node.session.poll(this.#nowNs)) {
      const round = Buffer.from(payload).readUInt32BE(24);
      this.#answeredAtMs[round - 1] ??= [];
      this.#answeredAtMs[round - 1]?.push(nsToMs(this.#nowNs));
      const network = Number(to.address.split(".")[1]);
      const from: Endpoint = { address: node.addresses[network] ?? "", port: PORT };
      this.#carry(node.links[network]?.[1], payload, () => {
        this.#session.receive(payload, from, { interfaceName: `eth${network}` }, this.#nowNs);
        this.#settle();
      });
    }
    this.#arm(node);
  }

  #carry(link: Link | undefined, payload: Uint8Array, arrive: () => void): void {
    const fate = link?.send(payload.byteLength + 28, this.#nowNs);
    if (fate === undefined || fate.kind === "dropped") return;
    for (const arrivalNs of fate.arrivalsNs) this.#timers.add(arrivalNs, arrive);
  }
}

function pathOf(method: Method, network: number): Destination {
  const interfaceName = `eth${network}`;
  const address = method === "group" ? "239.255.77.77" : "255.255.255.255";
  return { method, family: 4, address, interfaceName, source: undefined };
}
