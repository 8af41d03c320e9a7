import { msToNs } from "@udp/core";
import type { OwnCounts } from "./accounting.ts";
import { isPlausible } from "./accounting.ts";
import { CLOSE_BYTES, readProbePacket, writeProbePacket } from "./packet.ts";
import type { PeerCounts } from "./peer-counts.ts";
import { RepeatedRequest } from "./repeated-request.ts";

/** Who stops a measurement wants to see soon what came of it. */
const MAX_STOPPED_NS = msToNs(1000);

/** Asks the far end what it saw of a session, until it says so. */
export class Closing {
  readonly #session: bigint;
  readonly #packet = new Uint8Array(CLOSE_BYTES);
  readonly #request: RepeatedRequest;
  #counts: PeerCounts | undefined;
  #isForgotten = false;
  #isGivenUp = false;

  constructor(session: bigint, timeoutNs: number, roundTripNs: number) {
    this.#session = session;
    this.#request = new RepeatedRequest(timeoutNs, 2 * roundTripNs);
  }

  /** `undefined` while, and where, there is no answer. */
  get counts(): PeerCounts | undefined {
    return this.#counts;
  }

  get isOver(): boolean {
    return this.#counts !== undefined || this.#isForgotten || this.#isGivenUp;
  }

  get dueAtNs(): number {
    return this.#request.dueAtNs;
  }

  /** Asks for a second in all at most. */
  stop(): void {
    this.#request.shorten(MAX_STOPPED_NS);
  }

  /** The datagram to be sent now. */
  poll(nowNs: number): Uint8Array | undefined {
    this.#isGivenUp = this.#request.isGivenUp(nowNs);
    const number = this.isOver ? undefined : this.#request.next(nowNs);
    if (number === undefined) return undefined;
    writeProbePacket({ type: "close", session: this.#session, number }, this.#packet);
    return this.#packet;
  }

  /** A datagram from the far end; `false` where it is not about the closing. */
  receive(payload: Uint8Array, own: OwnCounts): boolean {
    const packet = readProbePacket(payload);
    if (packet?.session !== this.#session) return false;
    // One that was overtaken by replies that it does not know of is asked for again.
    if (packet.type === "report" && isPlausible(own, packet.counts)) this.#counts = packet.counts;
    const isForgotten = packet.type === "refusal" && packet.reason === "unknown";
    this.#isForgotten ||= isForgotten;
    return packet.type === "report" || isForgotten;
  }
}
