import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { createNonce, decodeFrame, encodeFrame } from "../frame.ts";
import { payloadBytesOf } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import { isFromClosedPort, quotedNonce } from "./icmp-answer.ts";

const TRIES = 5;
const MIN_WAIT_NS = 200_000_000;

/** Finds out whether a packet arrives that has to be cut on its way, or before it. */
export class FragmentPhase implements Phase {
  readonly #family: AddressFamily;
  readonly #packetBytes: number;
  readonly #random: Random;
  readonly #waitNs: number;
  readonly #nonces = new Set<bigint>();
  #deadlineNs: number;
  #hasArrived = false;
  #isGivenUp = false;

  /** @param rttNs of what arrives whole. */
  constructor(
    family: AddressFamily,
    packetBytes: number,
    random: Random,
    rttNs: number,
    nowNs: number,
  ) {
    this.#family = family;
    this.#packetBytes = packetBytes;
    this.#random = random;
    this.#waitNs = Math.max(2 * rttNs, MIN_WAIT_NS);
    this.#deadlineNs = nowNs;
  }

  get isOver(): boolean {
    return this.#hasArrived || this.#isGivenUp;
  }

  get hasArrived(): boolean {
    return this.#hasArrived;
  }

  nextDeadlineNs(): number {
    return this.#deadlineNs;
  }

  poll(nowNs: number): readonly Transmission[] {
    if (nowNs < this.#deadlineNs) return [];
    this.#isGivenUp = this.#nonces.size >= TRIES;
    if (this.isOver) return [];
    this.#deadlineNs = nowNs + this.#waitNs;
    const nonce = createNonce(this.#random);
    this.#nonces.add(nonce);
    const payloadBytes = payloadBytesOf(this.#packetBytes, this.#family);
    return [
      {
        payload: encodeFrame({ type: "probe", nonce, payloadBytes }),
        mayBeCut: true,
        refuse: () => {
          this.#isGivenUp = true;
        },
      },
    ];
  }

  receive(payload: Uint8Array): void {
    const frame = decodeFrame(payload);
    if (frame === undefined || !this.#nonces.has(frame.nonce)) return;
    if (frame.type === "acknowledgement" || frame.type === "probe") this.#hasArrived = true;
  }

  receiveError(error: SocketError): void {
    if (isFromClosedPort(error) && this.#nonces.has(quotedNonce(error) ?? -1n)) {
      this.#hasArrived = true;
    }
  }
}
