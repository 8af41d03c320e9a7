import type { AddressFamily, Random } from "@udp/core";
import type { Frame } from "../frame.ts";
import { createNonce, decodeFrame, encodeFrame } from "../frame.ts";
import { payloadBytesOf } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import type { Probe } from "../probe-ledger.ts";
import type { SearchOutcome } from "../search.ts";
import { PathMtuSearch } from "../search.ts";
import type { PathMtuSearchOptions } from "../search-options.ts";

/** What a {@link BackwardPhase} is made of. */
export interface BackwardPhaseOptions {
  readonly family: AddressFamily;
  readonly search: PathMtuSearchOptions;
  /** How long a cookie is waited for before it is asked for again. */
  readonly cookieWaitNs: number;
  readonly random: Random;
}

/** Where half of the round trips are lost, all of these are with a chance of 1 in 4096. */
const COOKIE_TRIES = 12;

/** Measures the way back from a reflector: it is asked for datagrams of each size. */
export class BackwardPhase implements Phase {
  readonly #options: BackwardPhaseOptions;
  readonly #probes = new Map<bigint, Probe>();
  readonly #cookieNonces = new Set<bigint>();
  #cookie: Uint8Array | undefined;
  #cookieDeadlineNs: number;
  #search: PathMtuSearch | undefined;
  /** No cookie came. */
  #isGivenUp = false;
  #isOverBudget = false;

  constructor(options: BackwardPhaseOptions, nowNs: number) {
    this.#options = options;
    this.#cookieDeadlineNs = nowNs;
  }

  get isOver(): boolean {
    return this.#isStopped || this.#search?.isSearching === false;
  }

  /** `undefined` where the reflector did not play along. */
  get outcome(): SearchOutcome | undefined {
    const outcome = this.#search?.outcome;
    const isKnown = !this.#isOverBudget || outcome?.pathMtuBytes !== undefined;
    return isKnown ? outcome : undefined;
  }

  /** Whether the reflector sends no more, for now. */
  get isOverBudget(): boolean {
    return this.#isOverBudget;
  }

  nextDeadlineNs(): number | undefined {
    if (this.#isStopped) return undefined;
    return this.#cookie === undefined ? this.#cookieDeadlineNs : this.#search?.nextDeadlineNs();
  }

  poll(nowNs: number): readonly Transmission[] {
    if (this.#isStopped) return [];
    const cookie = this.#cookie;
    if (cookie === undefined) return this.#askForCookie(nowNs);
    return this.#search?.poll(nowNs).map((probe) => this.#request(probe, cookie)) ?? [];
  }

  receive(payload: Uint8Array, nowNs: number): void {
    const frame = decodeFrame(payload);
    if (frame === undefined) return;
    if (frame.type === "cookie" && this.#cookieNonces.has(frame.nonce)) {
      this.#cookie = Uint8Array.from(frame.cookie);
      this.#cookieNonces.clear();
      this.#search ??= new PathMtuSearch(this.#options.search, nowNs);
      return;
    }
    const probe = this.#probes.get(frame.nonce);
    if (probe === undefined) return;
    if (frame.type === "sized-datagram" && this.#isOfSize(frame.payloadBytes, probe)) {
      this.#search?.acknowledge(probe.id, nowNs);
    }
    if (frame.type === "refusal" && frame.reason === "budget") this.#isOverBudget = true;
    if (frame.type === "refusal" && frame.reason === "cookie") this.#cookie = undefined;
    // What is too large for its interface does not arrive, and that says it all.
  }

  /** Nothing that is sent here is large. */
  receiveError(): void {
    return;
  }

  get #isStopped(): boolean {
    return this.#isGivenUp || this.#isOverBudget;
  }

  #isOfSize(payloadBytes: number, probe: Probe): boolean {
    return payloadBytes === payloadBytesOf(probe.bytes, this.#options.family);
  }

  #askForCookie(nowNs: number): readonly Transmission[] {
    if (nowNs < this.#cookieDeadlineNs) return [];
    this.#isGivenUp = this.#cookieNonces.size >= COOKIE_TRIES;
    if (this.#isGivenUp) return [];
    const nonce = createNonce(this.#options.random);
    this.#cookieNonces.add(nonce);
    this.#cookieDeadlineNs = nowNs + this.#options.cookieWaitNs;
    return [transmit({ type: "cookie-request", nonce })];
  }

  #request(probe: Probe, cookie: Uint8Array): Transmission {
    const { family, random } = this.#options;
    const nonce = createNonce(random);
    this.#probes.set(nonce, probe);
    const payloadBytes = payloadBytesOf(probe.bytes, family);
    return transmit({ type: "sized-request", nonce, payloadBytes, cookie });
  }
}

function transmit(frame: Frame): Transmission {
  return { payload: encodeFrame(frame) };
}
