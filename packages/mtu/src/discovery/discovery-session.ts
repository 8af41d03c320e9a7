import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { maxPacketBytes, minPacketBytes } from "../packet-size.ts";
import type { Phase, Transmission } from "../phase.ts";
import type { SearchOutcome } from "../search.ts";
import type { PathMtuSearchOptions } from "../search-options.ts";
import type { Evidence } from "../verdict.ts";
import { BackwardPhase } from "./backward-phase.ts";
import type { FarEnd } from "./forward-phase.ts";
import { ForwardPhase } from "./forward-phase.ts";
import { FragmentPhase } from "./fragment-phase.ts";
import { KeepingPhase } from "./keeping-phase.ts";

/** What a {@link DiscoverySession} is told. */
export interface DiscoverySessionOptions {
  readonly family: AddressFamily;
  /** Of the interface that leads there. */
  readonly interfaceMtuBytes: number;
  /** What the kernel believes of the path now: it cuts larger datagrams itself. */
  readonly kernelPathMtuBytes: () => number | undefined;
  /** One probe at a time, by the letter of RFC 8899. */
  readonly isSequential: boolean;
  /** How often the result is to be confirmed afterwards, see {@link DiscoverySession.keep}. */
  readonly confirmationIntervalNs?: number | undefined;
  readonly random: Random;
}

/** What a measurement found, in numbers. */
export interface Findings extends Evidence {
  readonly forward: SearchOutcome;
  readonly backward: SearchOutcome | undefined;
  readonly farEnd: FarEnd | undefined;
}

/** What is measured: the way there, the way back, or whether fragments arrive. */
export type DiscoveryStage = "there" | "back" | "fragments";

/** How far a measurement has come. */
export interface DiscoveryProgress {
  readonly stage: DiscoveryStage;
  /** What is known so far of the way that is being measured; `undefined` where none is. */
  readonly way: SearchOutcome | undefined;
}

/** Three fragments, where the path MTU is what cuts them. */
const FRAGMENT_COUNT = 3;

const ROUND_TRIPS_WAITED = 3;
const MIN_WAIT_NS = 200_000_000;

/**
 * A whole measurement without I/O: the way there, the way back from a reflector, and whether
 * fragments arrive.
 */
export class DiscoverySession implements Phase {
  readonly #options: DiscoverySessionOptions;
  readonly #forward: ForwardPhase;
  #backward: BackwardPhase | undefined;
  #cutHere: FragmentPhase | undefined;
  #cutByRouters: FragmentPhase | undefined;
  /** What is to come, each made when the one before it is over. */
  readonly #coming: ((nowNs: number) => Phase | undefined)[];
  #phase: Phase;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: DiscoverySessionOptions, nowNs: number) {
    this.#options = options;
    const { family, random } = options;
    this.#forward = new ForwardPhase(family, this.#searchOptions, random, nowNs);
    this.#phase = this.#forward;
    this.#coming = [
      (startNs) => this.#startBackward(startNs),
      (startNs) => this.#startRouterCut(startNs),
      (startNs) => this.#startOwnCut(startNs),
    ];
  }

  get isOver(): boolean {
    return this.#phase.isOver && this.#coming.length === 0;
  }

  poll(nowNs: number): readonly Transmission[] {
    for (;;) {
      const transmissions = this.#phase.poll(nowNs);
      if (!this.#phase.isOver || this.#coming.length === 0) return transmissions;
      this.#phase = this.#coming.shift()?.(nowNs) ?? this.#phase;
    }
  }

  nextDeadlineNs(): number | undefined {
    return this.#phase.isOver ? Number.NEGATIVE_INFINITY : this.#phase.nextDeadlineNs();
  }

  receive(payload: Uint8Array, nowNs: number): void {
    this.#phase.receive(payload, nowNs);
  }

  receiveError(error: SocketError, nowNs: number): void {
    this.#phase.receiveError(error, nowNs);
  }

  get progress(): DiscoveryProgress {
    if (this.#phase === this.#forward) return { stage: "there", way: this.#forward.outcome };
    if (this.#phase === this.#backward) return { stage: "back", way: this.#backward.outcome };
    return { stage: "fragments", way: undefined };
  }

  /** What is to be done when all is measured, so that a change of the path is noticed. */
  keep(): KeepingPhase {
    return new KeepingPhase([this.#forward, ...(this.#backward ? [this.#backward] : [])]);
  }

  get findings(): Findings {
    const { family } = this.#options;
    const forward = this.#forward.outcome;
    const backward = this.#backward?.outcome;
    return {
      forward,
      backward,
      farEnd: this.#forward.farEnd,
      pathMtuBytes: forward.pathMtuBytes,
      backwardMtuBytes: backward?.pathMtuBytes,
      interfaceMtuBytes: this.#maxBytes,
      minimumBytes: minPacketBytes(family),
      packetsTooBig: this.#forward.packetsTooBig,
      doFragmentsArrive: this.#cutByRouters?.hasArrived || this.#cutHere?.hasArrived,
      doRoutersFragment: this.#cutByRouters?.hasArrived,
    };
  }

  /** The interface may carry more than a packet can hold. */
  get #maxBytes(): number {
    const { family, interfaceMtuBytes } = this.#options;
    return Math.min(interfaceMtuBytes, maxPacketBytes(family));
  }

  get #searchOptions(): PathMtuSearchOptions {
    const { family, isSequential, confirmationIntervalNs } = this.#options;
    return {
      minBytes: minPacketBytes(family),
      maxBytes: this.#maxBytes,
      ...(isSequential && { maxProbesAtOnce: 1 }),
      ...(confirmationIntervalNs !== undefined && { confirmationIntervalNs }),
    };
  }

  #startBackward(nowNs: number): Phase | undefined {
    if (this.#forward.farEnd !== "reflector") return undefined;
    const { family, random } = this.#options;
    this.#backward = new BackwardPhase(
      { family, search: this.#searchOptions, random, cookieWaitNs: this.#waitNs },
      nowNs,
    );
    return this.#backward;
  }

  /** IPv6 routers never cut, and what the kernel knows to be too large it would cut itself. */
  #startRouterCut(nowNs: number): Phase | undefined {
    const { family, kernelPathMtuBytes } = this.#options;
    const { pathMtuBytes = this.#maxBytes } = this.#forward.outcome;
    const sizeBytes = Math.min(kernelPathMtuBytes() ?? 0, this.#maxBytes);
    if (family === 6 || sizeBytes <= pathMtuBytes) return undefined;
    this.#cutByRouters = this.#fragmentPhase(sizeBytes, nowNs);
    return this.#cutByRouters;
  }

  /** The kernel cuts to what it believes, and so to what arrives only where that is right. */
  #startOwnCut(nowNs: number): Phase | undefined {
    const { family, kernelPathMtuBytes } = this.#options;
    const { pathMtuBytes = 0 } = this.#forward.outcome;
    const sizeBytes = FRAGMENT_COUNT * pathMtuBytes;
    const believedBytes = Math.min(kernelPathMtuBytes() ?? this.#maxBytes, this.#maxBytes);
    const isRight = believedBytes <= pathMtuBytes;
    if (!isRight || sizeBytes > maxPacketBytes(family)) return undefined;
    this.#cutHere = this.#fragmentPhase(sizeBytes, nowNs);
    return this.#cutHere;
  }

  #fragmentPhase(packetBytes: number, nowNs: number): FragmentPhase {
    const { family, isSequential, random } = this.#options;
    const { farEnd } = this.#forward;
    const { pathMtuBytes = packetBytes, rttNs = 0, loss } = this.#forward.outcome;
    const path = { pathMtuBytes, rttNs, loss, farEnd };
    return new FragmentPhase({ family, packetBytes, ...path, isSequential, random }, nowNs);
  }

  /** For an answer to what is no probe of a search, which has its own timers. */
  get #waitNs(): number {
    const { rttNs = 0 } = this.#forward.outcome;
    return Math.max(ROUND_TRIPS_WAITED * rttNs, MIN_WAIT_NS);
  }
}
