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

/** What a {@link DiscoverySession} is told. */
export interface DiscoverySessionOptions {
  readonly family: AddressFamily;
  /** Of the interface that leads there. */
  readonly interfaceMtuBytes: number;
  /** What the kernel believes of the path now: it cuts larger datagrams itself. */
  readonly kernelPathMtuBytes: () => number | undefined;
  /** One probe at a time, by the letter of RFC 8899. */
  readonly isSequential: boolean;
  readonly random: Random;
}

/** What a measurement found, in numbers. */
export interface Findings extends Evidence {
  readonly forward: SearchOutcome;
  readonly backward: SearchOutcome | undefined;
  readonly farEnd: FarEnd | undefined;
}

/** Three fragments, where the path MTU is what cuts them. */
const FRAGMENT_COUNT = 3;

/**
 * A whole measurement without I/O: the way there, the way back from a reflector, and whether
 * fragments arrive.
 */
export class DiscoverySession {
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
    const { family, isSequential } = this.#options;
    return {
      minBytes: minPacketBytes(family),
      maxBytes: this.#maxBytes,
      ...(isSequential && { maxProbesAtOnce: 1 }),
    };
  }

  #startBackward(nowNs: number): Phase | undefined {
    if (this.#forward.farEnd !== "reflector") return undefined;
    const { family, random } = this.#options;
    this.#backward = new BackwardPhase(family, this.#searchOptions, random, nowNs);
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
    const { pathMtuBytes } = this.#forward.outcome;
    const sizeBytes = FRAGMENT_COUNT * (pathMtuBytes ?? 0);
    const believedBytes = Math.min(kernelPathMtuBytes() ?? this.#maxBytes, this.#maxBytes);
    const isRight = believedBytes <= (pathMtuBytes ?? 0);
    if (!isRight || sizeBytes > maxPacketBytes(family)) return undefined;
    this.#cutHere = this.#fragmentPhase(sizeBytes, nowNs);
    return this.#cutHere;
  }

  #fragmentPhase(packetBytes: number, nowNs: number): FragmentPhase {
    const { family, random } = this.#options;
    const { rttNs = 0 } = this.#forward.outcome;
    return new FragmentPhase(family, packetBytes, random, rttNs, nowNs);
  }
}
