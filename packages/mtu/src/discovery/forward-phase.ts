import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { createNonce, decodeCutProbe, decodeFrame, encodeFrame } from "../frame.ts";
import type { Obstacle } from "../obstacle.ts";
import { Obstacles } from "../obstacle.ts";
import { payloadBytesOf } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import type { Probe } from "../probe-ledger.ts";
import type { SearchOutcome } from "../search.ts";
import { PathMtuSearch } from "../search.ts";
import type { PathMtuSearchOptions } from "../search-options.ts";
import { isFromClosedPort, quotedNonce } from "./icmp-answer.ts";

/**
 * What showed that probes arrived. `reflector`: its acknowledgements, small as they are, say what
 * the way there carries. `echo`: the probes came back, so it is the narrower way that was measured.
 * `closed-port`: the host's word that nothing receives at the port.
 */
export type FarEnd = "reflector" | "echo" | "closed-port";

/** Linux says once a second that a port is closed, after a handful at once. */
export const CLOSED_PORT_SPACING_NS: number = 1_050_000_000;

/** Measures the way to the far end. */
export class ForwardPhase implements Phase {
  readonly #family: AddressFamily;
  readonly #random: Random;
  readonly #options: PathMtuSearchOptions;
  readonly #probes = new Map<bigint, Probe>();
  readonly #obstacles = new Obstacles();
  #search: PathMtuSearch;
  #farEnd: FarEnd | undefined;
  #notBeforeNs = Number.NEGATIVE_INFINITY;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(family: AddressFamily, options: PathMtuSearchOptions, random: Random, nowNs: number) {
    this.#family = family;
    this.#random = random;
    this.#options = options;
    this.#search = new PathMtuSearch(options, nowNs);
  }

  get isOver(): boolean {
    return !this.#search.isSearching;
  }

  /** `undefined` before the first answer. */
  get farEnd(): FarEnd | undefined {
    return this.#farEnd;
  }

  /** What else kept probes from getting through. */
  get obstacles(): readonly Obstacle[] {
    return this.#obstacles.all;
  }

  get outcome(): SearchOutcome {
    return this.#search.outcome;
  }

  nextDeadlineNs(): number | undefined {
    const deadlineNs = this.#search.nextDeadlineNs();
    return deadlineNs === undefined ? undefined : Math.max(deadlineNs, this.#notBeforeNs);
  }

  poll(nowNs: number): readonly Transmission[] {
    if (nowNs < this.#notBeforeNs) return [];
    const probes = this.#search.poll(nowNs);
    if (probes.length > 0 && this.#farEnd === "closed-port") {
      this.#notBeforeNs = nowNs + CLOSED_PORT_SPACING_NS;
    }
    return probes.map((probe) => this.#transmission(probe));
  }

  receive(payload: Uint8Array, nowNs: number): void {
    const frame = decodeFrame(payload) ?? decodeCutProbe(payload);
    if (frame === undefined) {
      this.#obstacles.add({ from: undefined, reason: "foreign", icmp: undefined });
      return;
    }
    const probe = this.#probes.get(frame.nonce);
    if (probe === undefined) return;
    const payloadBytes = payloadBytesOf(probe.bytes, this.#family);
    if (frame.type === "acknowledgement" && frame.payloadBytes === payloadBytes) {
      this.#acknowledge(probe, "reflector", nowNs);
    } else if (frame.type === "probe" && frame.payloadBytes === payloadBytes) {
      this.#acknowledge(probe, "echo", nowNs);
    }
  }

  receiveError(error: SocketError, nowNs: number): void {
    const probe = this.#probes.get(quotedNonce(error) ?? -1n);
    if (probe === undefined) return;
    const { name, mtuBytes = 0, offender: from, type, code } = error;
    if (isFromClosedPort(error)) this.#acknowledge(probe, "closed-port", nowNs);
    else if (name === "EMSGSIZE") this.#search.packetTooBig(probe.id, { mtuBytes, from }, nowNs);
    else this.#obstacles.add({ from, reason: name, icmp: { type, code } });
  }

  #transmission(probe: Probe): Transmission {
    const nonce = createNonce(this.#random);
    const payloadBytes = payloadBytesOf(probe.bytes, this.#family);
    this.#probes.set(nonce, probe);
    return {
      payload: encodeFrame({ type: "probe", nonce, payloadBytes }),
      refuse: (limitBytes, nowNs) => this.#search.refusedLocally(probe.id, limitBytes, nowNs),
      fail: (outcome) => {
        this.#search.notSent(probe.id);
        this.#obstacles.addOutcome(outcome);
      },
    };
  }

  #acknowledge(probe: Probe, farEnd: FarEnd, nowNs: number): void {
    const before = this.#farEnd;
    if (before === undefined && farEnd === "closed-port") this.#slowDown(nowNs);
    else if (before === "closed-port" && farEnd !== before) this.#speedUp(farEnd, nowNs);
    else this.#search.acknowledge(probe.id, nowNs);
    this.#farEnd ??= farEnd;
  }

  /** A closed port answers so seldom that silence means nothing in a burst. */
  #slowDown(nowNs: number): void {
    this.#probes.clear();
    this.#search = new PathMtuSearch({ ...this.#options, maxProbesAtOnce: 1 }, nowNs);
    this.#notBeforeNs = nowNs + CLOSED_PORT_SPACING_NS;
  }

  /** Somebody has begun to receive there. */
  #speedUp(farEnd: FarEnd, nowNs: number): void {
    this.#farEnd = farEnd;
    this.#probes.clear();
    this.#search = new PathMtuSearch(this.#options, nowNs);
    this.#notBeforeNs = nowNs;
  }
}
