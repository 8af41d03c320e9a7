import { seededRandom, TimerQueue } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { Link } from "@udp/core/simulation";
import type { Probe } from "../src/probe-ledger.ts";
import type { PathMtuSearch } from "../src/search.ts";

/** What routers say about packets that are too large for the path. */
export type IcmpBehaviour = "silent" | "honest" | "lies-small" | "lies-large" | "below-minimum";

export interface SimulatedPathOptions {
  readonly limitBytes: number;
  readonly icmp: IcmpBehaviour;
  readonly there?: LinkOptions;
  readonly back?: LinkOptions;
  readonly seed?: number;
}

const REPLY_BYTES = 60;
const MAX_STEPS = 5000;

/** A path with one narrow place and two bad links, in virtual time, and a search that runs on it. */
export class SimulatedPath {
  readonly #options: SimulatedPathOptions;
  readonly #there: Link;
  readonly #back: Link;
  readonly #events = new TimerQueue();
  limitBytes: number;
  nowNs = 0;
  readonly sent: Probe[][] = [];

  constructor(options: SimulatedPathOptions) {
    const random = seededRandom(options.seed ?? 1);
    this.#options = options;
    this.limitBytes = options.limitBytes;
    this.#there = new Link(options.there ?? { delayMs: 10 }, random);
    this.#back = new Link(options.back ?? { delayMs: 10 }, random);
  }

  /** Drives the search until its result stands, and then until everything on the way has arrived. */
  run(search: PathMtuSearch): void {
    for (let step = 0; step < MAX_STEPS && this.#step(search); step++);
  }

  #step(search: PathMtuSearch): boolean {
    const probes = search.poll(this.nowNs);
    if (probes.length > 0) this.sent.push([...probes]);
    for (const probe of probes) this.#send(search, probe);
    const deadlineNs = search.isSearching ? search.nextDeadlineNs() : undefined;
    return this.#advance(deadlineNs ?? Number.POSITIVE_INFINITY);
  }

  /** To the next arrival, or to the deadline if that is sooner; `false` where neither will come. */
  #advance(deadlineNs: number): boolean {
    const event = this.#events.takeDue(deadlineNs);
    if (event === undefined && deadlineNs === Number.POSITIVE_INFINITY) return false;
    this.nowNs = Math.max(this.nowNs, event?.deadlineNs ?? deadlineNs);
    event?.callback();
    return true;
  }

  #send(search: PathMtuSearch, probe: Probe): void {
    this.#cross(this.#there, probe.bytes, this.nowNs, (atNs) => {
      const isTooBig = probe.bytes > this.limitBytes;
      const reportedBytes = this.#reportedBytes(probe.bytes);
      if (isTooBig && reportedBytes === undefined) return;
      this.#cross(this.#back, REPLY_BYTES, atNs, (backNs) => {
        if (!isTooBig) search.acknowledge(probe.id, backNs);
        else search.packetTooBig(probe.id, { mtuBytes: reportedBytes ?? 0 }, backNs);
      });
    });
  }

  #cross(link: Link, bytes: number, nowNs: number, arrive: (nowNs: number) => void): void {
    const fate = link.send(bytes, nowNs);
    if (fate.kind === "dropped") return;
    for (const arrivalNs of fate.arrivalsNs) this.#events.add(arrivalNs, () => arrive(arrivalNs));
  }

  #reportedBytes(probeBytes: number): number | undefined {
    switch (this.#options.icmp) {
      case "silent":
        return undefined;
      case "honest":
        return this.limitBytes;
      case "lies-small":
        return Math.max(this.limitBytes - 100, 68);
      case "lies-large":
        return probeBytes - 1;
      case "below-minimum":
        return 20;
    }
  }
}
