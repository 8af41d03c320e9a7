import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { createNonce, decodeFrame, encodeFrame } from "../frame.ts";
import type { LossEstimate } from "../loss-estimate.ts";
import { chanceAllFail } from "../loss-estimate.ts";
import { payloadBytesOf } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import { isFromClosedPort, quotedNonce } from "./icmp-answer.ts";

/** What a {@link FragmentPhase} sends, and what is known of the way that it takes. */
export interface FragmentPhaseOptions {
  readonly family: AddressFamily;
  /** Of the packet that is to be cut. */
  readonly packetBytes: number;
  /** What it is to be cut to; such packets are sent whole too, for comparison. */
  readonly pathMtuBytes: number;
  /** Of packets that are sent whole, both ways together, so far. */
  readonly loss: LossEstimate;
  /** How long answers are waited for. */
  readonly waitNs: number;
  /** How many packets are sent at once, and as many whole ones. */
  readonly triesAtOnce: number;
  readonly random: Random;
}

/** The chance that mere loss makes fragments look dropped, at most. */
const MAX_ERROR_PROBABILITY = 1e-4;

/** Where loss would need more tries than this, nothing is said. */
const MAX_TRIES = 160;

/** Finds out whether a packet arrives that has to be cut on its way, or before it. */
export class FragmentPhase implements Phase {
  readonly #options: FragmentPhaseOptions;
  readonly #tries = new Set<bigint>();
  /** Packets sent whole that are not answered yet. */
  readonly #controls = new Set<bigint>();
  #loss: LossEstimate;
  #deadlineNs: number;
  #hasArrived = false;
  #isGivenUp = false;

  constructor(options: FragmentPhaseOptions, nowNs: number) {
    this.#options = options;
    this.#loss = options.loss;
    this.#deadlineNs = nowNs;
  }

  get isOver(): boolean {
    return this.#hasArrived || this.#isGivenUp;
  }

  /** `undefined` where that is not known: loss, or this host, may have kept the packets. */
  get hasArrived(): boolean | undefined {
    if (this.#hasArrived) return true;
    return this.#errorProbability <= MAX_ERROR_PROBABILITY ? false : undefined;
  }

  nextDeadlineNs(): number {
    return this.#deadlineNs;
  }

  poll(nowNs: number): readonly Transmission[] {
    if (nowNs < this.#deadlineNs) return [];
    this.#countLost();
    this.#isGivenUp ||= this.hasArrived === false || this.#tries.size >= MAX_TRIES;
    if (this.isOver) return [];
    const { triesAtOnce, waitNs, packetBytes, pathMtuBytes } = this.#options;
    this.#deadlineNs = nowNs + waitNs;
    return Array.from({ length: triesAtOnce }, () => [
      this.#transmission(this.#controls, pathMtuBytes),
      this.#transmission(this.#tries, packetBytes),
    ]).flat();
  }

  receive(payload: Uint8Array): void {
    const frame = decodeFrame(payload);
    if (frame?.type === "acknowledgement" || frame?.type === "probe") this.#take(frame.nonce);
  }

  receiveError(error: SocketError): void {
    if (isFromClosedPort(error)) this.#take(quotedNonce(error) ?? -1n);
  }

  get #errorProbability(): number {
    const { packetBytes, pathMtuBytes } = this.#options;
    const fragmentCount = Math.ceil(packetBytes / pathMtuBytes);
    return chanceAllFail(this.#loss, fragmentCount, this.#tries.size);
  }

  #take(nonce: bigint): void {
    if (this.#tries.has(nonce)) this.#hasArrived = true;
    const { arrivedCount, lostCount } = this.#loss;
    if (this.#controls.delete(nonce)) this.#loss = { lostCount, arrivedCount: arrivedCount + 1 };
  }

  #countLost(): void {
    const { arrivedCount, lostCount } = this.#loss;
    this.#loss = { arrivedCount, lostCount: lostCount + this.#controls.size };
    this.#controls.clear();
  }

  #transmission(nonces: Set<bigint>, packetBytes: number): Transmission {
    const { family, random } = this.#options;
    const nonce = createNonce(random);
    nonces.add(nonce);
    const payloadBytes = payloadBytesOf(packetBytes, family);
    return {
      payload: encodeFrame({ type: "probe", nonce, payloadBytes }),
      mayBeCut: true,
      refuse: () => {
        nonces.delete(nonce);
        this.#isGivenUp = true;
      },
    };
  }
}
