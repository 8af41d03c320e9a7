import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { createNonce, decodeCutProbe, decodeFrame, encodeFrame } from "../frame.ts";
import type { LossEstimate } from "../loss-estimate.ts";
import { chanceAllFail } from "../loss-estimate.ts";
import { fragmentCountOf, payloadBytesOf } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import type { FarEnd } from "./forward-phase.ts";
import { CLOSED_PORT_SPACING_NS } from "./forward-phase.ts";
import { isFromClosedPort, quotedNonce } from "./icmp-answer.ts";

/** What a {@link FragmentPhase} sends, and what is known of where it goes. */
export interface FragmentPhaseOptions {
  readonly family: AddressFamily;
  /** Of the datagram before it is cut. */
  readonly packetBytes: number;
  /** What arrives whole; the pieces are no larger. */
  readonly pathMtuBytes: number;
  readonly rttNs: number;
  /** Of what arrives whole, as far as it is known yet. */
  readonly loss: LossEstimate;
  readonly farEnd: FarEnd | undefined;
  /** One datagram at a time. */
  readonly isSequential: boolean;
  readonly random: Random;
}

/** In a round trip: two or three datagrams in pieces, and the whole ones beside them. */
const MAX_PACKETS_AT_ONCE = 12;
const CONTROLS_AT_ONCE = 4;
const MAX_TRIES = 160;

/** One at a time: a closed port answers once a second, and a sequential search waits as long. */
const MAX_SLOW_TRIES = 5;
const MAX_ERROR_PROBABILITY = 1e-4;
const MIN_WAIT_NS = 200_000_000;

/**
 * Finds out whether a datagram arrives that has to be cut on its way, or before it. Each piece may
 * be lost by itself, so that silence means something only beside whole datagrams that arrive.
 */
export class FragmentPhase implements Phase {
  readonly #options: FragmentPhaseOptions;
  readonly #tries = new Set<bigint>();
  readonly #unansweredControls = new Set<bigint>();
  #answeredControls = 0;
  #sentCount = 0;
  #roundTripCount = 0;
  #deadlineNs: number;
  #hasArrived: boolean | undefined;
  #isGivenUp = false;

  constructor(options: FragmentPhaseOptions, nowNs: number) {
    this.#options = options;
    this.#deadlineNs = nowNs;
  }

  get isOver(): boolean {
    return this.#hasArrived !== undefined || this.#isGivenUp;
  }

  /** `undefined` where none arrived and that may be mere loss. */
  get hasArrived(): boolean | undefined {
    return this.#hasArrived;
  }

  /** Datagrams that were sent, whole or in pieces. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /** Times that datagrams were sent together and waited for. */
  get roundTripCount(): number {
    return this.#roundTripCount;
  }

  nextDeadlineNs(): number {
    return this.#deadlineNs;
  }

  poll(nowNs: number): readonly Transmission[] {
    if (this.isOver || nowNs < this.#deadlineNs) return [];
    if (this.#errorProbability <= MAX_ERROR_PROBABILITY) this.#hasArrived = false;
    this.#isGivenUp ||= this.#tries.size >= this.#maxTries;
    if (this.isOver) return [];
    this.#deadlineNs = nowNs + this.#waitNs;
    const isAlone = this.#isOneByOne || this.#tries.size === 0;
    const burst = isAlone ? [this.#try()] : this.#burst();
    this.#sentCount += burst.length;
    this.#roundTripCount++;
    return burst;
  }

  receive(payload: Uint8Array): void {
    const frame = decodeFrame(payload) ?? decodeCutProbe(payload);
    if (frame?.type !== "acknowledgement" && frame?.type !== "probe") return;
    const { packetBytes, pathMtuBytes, family } = this.#options;
    if (
      this.#tries.has(frame.nonce) &&
      frame.payloadBytes === payloadBytesOf(packetBytes, family)
    ) {
      this.#hasArrived = true;
    }
    const isWhole = frame.payloadBytes === payloadBytesOf(pathMtuBytes, family);
    if (isWhole && this.#unansweredControls.delete(frame.nonce)) this.#answeredControls++;
  }

  receiveError(error: SocketError): void {
    if (isFromClosedPort(error) && this.#tries.has(quotedNonce(error) ?? -1n)) {
      this.#hasArrived = true;
    }
  }

  /** The chance that mere loss took a piece of each datagram so far, or its answer. */
  get #errorProbability(): number {
    const { loss } = this.#options;
    const arrivedCount = loss.arrivedCount + this.#answeredControls;
    const lostCount = loss.lostCount + this.#unansweredControls.size;
    return chanceAllFail({ arrivedCount, lostCount }, this.#pieceCount, this.#tries.size);
  }

  get #pieceCount(): number {
    const { packetBytes, pathMtuBytes, family } = this.#options;
    return fragmentCountOf(packetBytes, pathMtuBytes, family);
  }

  get #maxTries(): number {
    return this.#isOneByOne ? MAX_SLOW_TRIES : MAX_TRIES;
  }

  get #isOneByOne(): boolean {
    return this.#options.isSequential || this.#options.farEnd === "closed-port";
  }

  get #waitNs(): number {
    const { rttNs } = this.#options;
    const minWaitNs = this.#isOneByOne ? CLOSED_PORT_SPACING_NS : MIN_WAIT_NS;
    return Math.max(2 * rttNs, minWaitNs);
  }

  #burst(): readonly Transmission[] {
    const room = MAX_PACKETS_AT_ONCE - CONTROLS_AT_ONCE;
    const tryCount = Math.max(Math.floor(room / this.#pieceCount), 1);
    return [
      ...Array.from({ length: tryCount }, () => this.#try()),
      ...Array.from({ length: CONTROLS_AT_ONCE }, () => this.#control()),
    ];
  }

  #try(): Transmission {
    const nonce = createNonce(this.#options.random);
    this.#tries.add(nonce);
    const refuse = (): void => {
      this.#isGivenUp = true;
    };
    return { payload: this.#probe(nonce, this.#options.packetBytes), mayBeCut: true, refuse };
  }

  #control(): Transmission {
    const nonce = createNonce(this.#options.random);
    this.#unansweredControls.add(nonce);
    return { payload: this.#probe(nonce, this.#options.pathMtuBytes) };
  }

  #probe(nonce: bigint, packetBytes: number): Uint8Array {
    const payloadBytes = payloadBytesOf(packetBytes, this.#options.family);
    return encodeFrame({ type: "probe", nonce, payloadBytes });
  }
}
