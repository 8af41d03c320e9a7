import type { Endpoint, Random } from "@udp/core";
import { HostAddresses, ReplyGuard, seededRandom, TimerQueue } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { packetBytesOf } from "../src/packet-size.ts";
import type { Phase, Transmission } from "../src/phase.ts";
import { ReflectorSession } from "../src/reflector-session.ts";

const CLIENT: Endpoint = { address: "10.77.1.1", port: 40_000 };
export const REFLECTOR: Endpoint = { address: "10.77.3.2", port: 1060 };
export const ROUTER = "10.77.2.1";
export const INTERFACE_MTU_BYTES = 1500;
export const RTT_NS = 10_000_000;

/** The addresses of the host that tests run on are not those of the model, and cost a system call. */
const NO_ADDRESSES = new HostAddresses({});

/** What lies between the client and the reflector. */
export interface Model {
  readonly forwardBytes: number;
  readonly backwardBytes: number;
  readonly saysTooBig?: boolean;
  readonly cutsPackets?: boolean;
  readonly passesFragments?: boolean;
  /** Of packets and fragments, each way; default 0. */
  readonly lossRatio?: number;
  /** How much later than other answers a Packet Too Big comes; default 0. */
  readonly tooBigDelayNs?: number;
  /** Decides what is lost. */
  readonly seed?: number;
}

const LOSSLESS = {
  saysTooBig: false,
  cutsPackets: true,
  passesFragments: true,
  lossRatio: 0,
  tooBigDelayNs: 0,
  seed: 1,
};

/** A path to a reflector that answers everything, in virtual time. */
export class ModelPath {
  readonly #reflector: ReflectorSession;
  readonly #random: Random;
  #model: Required<Model>;
  readonly #arrivals = new TimerQueue();
  #kernelPathMtuBytes = INTERFACE_MTU_BYTES;
  nowNs = 0;

  constructor(model: Model) {
    this.#model = { ...LOSSLESS, ...model };
    this.#random = seededRandom(this.#model.seed);
    const limits = { ratePerSource: "none", rateTotal: "none" } as const;
    const guard = new ReplyGuard({
      ...limits,
      local: REFLECTOR,
      isOwnReply: () => false,
      hostAddresses: NO_ADDRESSES,
    });
    this.#reflector = new ReflectorSession({ guard, budgetBytes: 1e9, random: seededRandom(1) });
  }

  get kernelPathMtuBytes(): number {
    return this.#kernelPathMtuBytes;
  }

  change(model: Partial<Model>): void {
    this.#model = { ...this.#model, ...model };
  }

  /** Runs what is measured until it is over, or the time is. */
  run(phase: Phase, untilNs: number = Number.POSITIVE_INFINITY): void {
    while (!phase.isOver) {
      for (const one of phase.poll(this.nowNs)) this.#carry(one, phase);
      const deadlineNs = Math.max(this.nowNs, phase.nextDeadlineNs() ?? this.nowNs);
      const nextNs = Math.min(this.#arrivals.nextDeadlineNs() ?? deadlineNs, deadlineNs);
      if (nextNs > untilNs) return;
      this.nowNs = nextNs;
      this.#arrivals.takeDue(nextNs)?.callback();
    }
  }

  #carry({ payload, mayBeCut = false }: Transmission, phase: Phase): void {
    const packetBytes = packetBytesOf(payload.byteLength, 4);
    if (packetBytes > INTERFACE_MTU_BYTES && !mayBeCut)
      throw new Error("larger than its interface");
    if (this.#isCarried(packetBytes, mayBeCut)) this.#reflect(payload, packetBytes, phase);
    else if (!mayBeCut) this.#refuse(payload, phase);
  }

  #reflect(payload: Uint8Array, packetBytes: number, phase: Phase): void {
    const packetCount = Math.ceil(packetBytes / this.#model.forwardBytes);
    if (this.#isLost(packetCount) || this.#isLost(1)) return;
    const { answer } = this.#reflector.receive(payload, CLIENT, this.nowNs);
    const isLost = packetBytesOf(answer?.payload.byteLength ?? 0, 4) > this.#model.backwardBytes;
    if (answer === undefined || isLost) return;
    this.#after(RTT_NS, (atNs) => phase.receive(answer.payload, atNs));
  }

  #refuse(payload: Uint8Array, phase: Phase): void {
    const { saysTooBig, forwardBytes, tooBigDelayNs } = this.#model;
    if (!saysTooBig || this.#isLost(1)) return;
    this.#after(RTT_NS + tooBigDelayNs, (atNs) => {
      this.#kernelPathMtuBytes = forwardBytes;
      phase.receiveError(tooBig(payload, forwardBytes), atNs);
    });
  }

  #after(delayNs: number, arrive: (atNs: number) => void): void {
    const atNs = this.nowNs + delayNs;
    this.#arrivals.add(atNs, () => arrive(atNs));
  }

  #isLost(packetCount: number): boolean {
    return this.#random() >= (1 - this.#model.lossRatio) ** packetCount;
  }

  #isCarried(packetBytes: number, mayBeCut: boolean): boolean {
    const { forwardBytes, cutsPackets, passesFragments } = this.#model;
    const isCutHere = mayBeCut && packetBytes > this.#kernelPathMtuBytes;
    if (packetBytes <= forwardBytes) return !isCutHere || passesFragments;
    const isCutInTime = this.#kernelPathMtuBytes <= forwardBytes || cutsPackets;
    return mayBeCut && passesFragments && isCutInTime;
  }
}

/** A Packet Too Big of the router. */
export function tooBig(quotedPayload: Uint8Array, mtuBytes: number): SocketError {
  const icmp = { kind: "icmp", name: "EMSGSIZE", type: 3, code: 4 } as const;
  return { ...icmp, mtuBytes, offender: ROUTER, destination: REFLECTOR, quotedPayload };
}
