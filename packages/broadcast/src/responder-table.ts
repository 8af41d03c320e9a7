import { msToNs, TimerQueue } from "@udp/core";
import type { DisbeliefReason } from "./discovery-counters.ts";
import type { FoundResponder, Sighting } from "./found-responder.ts";
import { Responder } from "./found-responder.ts";
import type { GoodbyeFrame } from "./frame.ts";
import type { InstanceId } from "./instance.ts";
import { isSecretOf } from "./instance.ts";

/** What may become of a responder. */
export type DiscoveryEventType =
  /** It answers for the first time. */
  | "found"
  /** It says something else, or another way or address of it is known. */
  | "updated"
  /** It has said goodbye. */
  | "gone"
  /** It was not heard of for as long as it wants to be believed. */
  | "expired";

/** What became of a responder. */
export interface DiscoveryEvent {
  readonly type: DiscoveryEventType;
  readonly responder: FoundResponder;
}

/** So many that have left are remembered, so that no late answer brings them back. */
const MAX_GONE = 1024;

/** While so many wait to be taken, nothing else is believed. */
const MAX_EVENTS = 65_536;

/** Those who are there. */
export class ResponderTable {
  readonly #limit: number;
  readonly #responders = new Map<InstanceId, Responder>();
  readonly #gone = new Set<InstanceId>();
  readonly #expiries = new TimerQueue();
  #events: DiscoveryEvent[] = [];

  /** @param limit how many are remembered. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** In the order in which they were found. */
  get responders(): readonly FoundResponder[] {
    return [...this.#responders.values()].map((responder) => responder.inspect());
  }

  /** The shortest time for which one of them wants to be believed; `Infinity` where none is there. */
  get shortestTtlMs(): number {
    return [...this.#responders.values()].reduce(
      (shortestMs, { ttlSeconds }) => Math.min(shortestMs, 1000 * ttlSeconds),
      Number.POSITIVE_INFINITY,
    );
  }

  /** What happened since this was asked last. */
  takeEvents(): readonly DiscoveryEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  nextExpiryNs(): number | undefined {
    return this.#expiries.nextDeadlineNs();
  }

  expire(nowNs: number): void {
    const expiries = this.#expiries;
    for (let due = expiries.takeDue(nowNs); due; due = expiries.takeDue(nowNs)) due.callback();
  }

  /** Whether it is news, or why it is not believed. */
  see(sighting: Sighting, nowNs: number): boolean | DisbeliefReason {
    const { instanceId } = sighting.answer;
    if (this.#events.length >= MAX_EVENTS) return "overflow";
    if (this.#gone.has(instanceId)) return "after-goodbye";
    const known = this.#responders.get(instanceId);
    if (known === undefined && this.#responders.size >= this.#limit) return "overflow";
    const responder = known ?? new Responder(sighting);
    this.#responders.set(instanceId, responder);
    const isNews = responder.merge(sighting);
    this.#believe(responder, nowNs);
    if (known === undefined) this.#tell("found", responder);
    else if (isNews) this.#tell("updated", responder);
    return isNews;
  }

  /** Whether one that was there has left. */
  leave({ instanceId, secret }: GoodbyeFrame): boolean {
    const responder = this.#responders.get(instanceId);
    if (this.#events.length >= MAX_EVENTS) return false;
    if (responder === undefined || !isSecretOf(instanceId, secret)) return false;
    this.#gone.add(instanceId);
    const [oldest] = this.#gone;
    if (oldest !== undefined && this.#gone.size > MAX_GONE) this.#gone.delete(oldest);
    this.#remove("gone", responder);
    return true;
  }

  #believe(responder: Responder, nowNs: number): void {
    const ttlNs = msToNs(1000 * responder.ttlSeconds);
    responder.staleAtNs = nowNs + ttlNs / 2;
    responder.cancelExpiry();
    responder.cancelExpiry = this.#expiries.add(nowNs + ttlNs, () =>
      this.#remove("expired", responder),
    );
  }

  #remove(type: "gone" | "expired", responder: Responder): void {
    responder.leave();
    this.#responders.delete(responder.instanceId);
    this.#tell(type, responder);
  }

  #tell(type: DiscoveryEventType, responder: Responder): void {
    this.#events.push({ type, responder: responder.inspect() });
  }
}
