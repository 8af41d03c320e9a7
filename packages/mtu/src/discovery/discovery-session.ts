import type { AddressFamily, Random } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import type { Obstacle } from "../obstacle.ts";
import { maxPacketBytes, minPacketBytes, packetBytesOfFragments } from "../packet-size.ts";
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
  /** What the way there carries, as far as it is known; `undefined` where nothing answered. */
  readonly pathMtuBytes: number | undefined;
  /** The same of the way back; `undefined` also where it was not measured by itself. */
  readonly backwardMtuBytes: number | undefined;
  /** Whether the reflector stopped before the way back was measured: its budget is spent. */
  readonly isBackwardCutShort: boolean;
  readonly farEnd: FarEnd | undefined;
  /** What else kept probes from getting through. */
  readonly obstacles: readonly Obstacle[];
  /** Datagrams to find out whether fragments arrive, and the round trips that they took. */
  readonly fragmentProbeCount: number;
  readonly fragmentRoundTripCount: number;
}

/** What is measured: the way there, the way back, whether fragments arrive; `over` for nothing more. */
export type DiscoveryStage = "there" | "back" | "fragments" | "over";

/** How far a measurement has come. */
export interface DiscoveryProgress {
  readonly stage: DiscoveryStage;
  /** What is known so far of the way that is being measured; `undefined` where none is. */
  readonly way: SearchOutcome | undefined;
  /** What shows that probes arrive; `undefined` before the first answer. */
  readonly farEnd: FarEnd | undefined;
}

/** Where this host cuts, and at most where routers do. */
const FRAGMENT_COUNT = 3;
const MAX_FRAGMENT_COUNT = 4;

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
  /** Those so far: what comes late may tell more of an earlier one. */
  readonly #phases: Phase[];

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: DiscoverySessionOptions, nowNs: number) {
    this.#options = options;
    const { family, random } = options;
    this.#forward = new ForwardPhase(family, this.#searchOptions, random, nowNs);
    this.#phase = this.#forward;
    this.#phases = [this.#forward];
    this.#coming = [
      (startNs) => this.#startBackward(startNs),
      (startNs) => this.#startRouterCut(startNs),
      (startNs) => this.#startOwnCut(startNs),
    ];
  }

  get isOver(): boolean {
    return this.#coming.length === 0 && this.#phases.every(({ isOver }) => isOver);
  }

  poll(nowNs: number): readonly Transmission[] {
    for (;;) {
      const transmissions = this.#phase.poll(nowNs);
      if (!this.#phase.isOver || this.isOver) return transmissions;
      this.#phase = this.#nextPhase(nowNs);
    }
  }

  nextDeadlineNs(): number | undefined {
    return this.#phase.isOver ? Number.NEGATIVE_INFINITY : this.#phase.nextDeadlineNs();
  }

  receive(payload: Uint8Array, nowNs: number): void {
    for (const phase of this.#phases) phase.receive(payload, nowNs);
  }

  receiveError(error: SocketError, nowNs: number): void {
    for (const phase of this.#phases) phase.receiveError(error, nowNs);
  }

  get progress(): DiscoveryProgress {
    return { ...this.#stage, farEnd: this.#forward.farEnd };
  }

  get #stage(): Omit<DiscoveryProgress, "farEnd"> {
    if (this.isOver) return { stage: "over", way: undefined };
    if (this.#phase === this.#forward) return { stage: "there", way: this.#forward.outcome };
    if (this.#phase === this.#backward) return { stage: "back", way: this.#backward.outcome };
    return { stage: "fragments", way: undefined };
  }

  /** What is to be done when all is measured, so that a change of the path is noticed. */
  keep(): KeepingPhase {
    return new KeepingPhase([this.#forward, ...(this.#backward ? [this.#backward] : [])]);
  }

  get findings(): Findings {
    const forward = this.#forward.outcome;
    const backward = this.#backward?.outcome;
    return {
      forward,
      backward,
      pathMtuBytes: forward.pathMtuBytes,
      backwardMtuBytes: backward?.pathMtuBytes,
      isBackwardCutShort: this.#backward?.isOverBudget ?? false,
      farEnd: this.#forward.farEnd,
      obstacles: this.#forward.obstacles,
      interfaceMtuBytes: this.#maxBytes,
      packetsTooBig: forward.tooBigReports,
      doFragmentsArrive: this.#cutByRouters?.hasArrived || this.#cutHere?.hasArrived,
      doRoutersFragment: this.#cutByRouters?.hasArrived,
      fragmentProbeCount: sum([this.#cutByRouters?.sentCount, this.#cutHere?.sentCount]),
      fragmentRoundTripCount: sum([
        this.#cutByRouters?.roundTripCount,
        this.#cutHere?.roundTripCount,
      ]),
    };
  }

  /** What is to come, or what a late answer has opened again. */
  #nextPhase(nowNs: number): Phase {
    const coming = this.#coming.shift()?.(nowNs);
    if (coming !== undefined) this.#phases.push(coming);
    return coming ?? this.#phases.find(({ isOver }) => !isOver) ?? this.#phase;
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

  /**
   * IPv6 routers never cut, what the kernel knows to be too large it would cut itself, and an echo of
   * what was cut may have to be cut again.
   */
  #startRouterCut(nowNs: number): Phase | undefined {
    const { family, kernelPathMtuBytes } = this.#options;
    const { pathMtuBytes = this.#maxBytes } = this.#forward.outcome;
    const mostBytes = packetBytesOfFragments(MAX_FRAGMENT_COUNT, pathMtuBytes, family);
    const sizeBytes = Math.min(kernelPathMtuBytes() ?? 0, this.#maxBytes, mostBytes);
    const isEcho = this.#forward.farEnd === "echo";
    if (family === 6 || sizeBytes <= pathMtuBytes || isEcho) return undefined;
    this.#cutByRouters = this.#fragmentPhase(sizeBytes, nowNs);
    return this.#cutByRouters;
  }

  /** The kernel cuts to what it believes, and so to what arrives only where that is right. */
  #startOwnCut(nowNs: number): Phase | undefined {
    const { family, kernelPathMtuBytes } = this.#options;
    const { pathMtuBytes = 0 } = this.#forward.outcome;
    const believedBytes = Math.min(kernelPathMtuBytes() ?? this.#maxBytes, this.#maxBytes);
    const sizeBytes = packetBytesOfFragments(FRAGMENT_COUNT, believedBytes, family);
    const isRight = believedBytes <= pathMtuBytes;
    const isEcho = this.#forward.farEnd === "echo";
    if (!isRight || sizeBytes > maxPacketBytes(family) || isEcho) return undefined;
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

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count = 0) => total + count, 0);
}
