import type { Random } from "../random.ts";
import { msToNs } from "../timing/clock.ts";
import type { LinkOptions, LinkSettings } from "./link-options.ts";
import { linkSettings } from "./link-options.ts";

/** What becomes of a packet: exactly one of the three. */
export type LinkFate =
  | { readonly kind: "dropped"; readonly reason: "loss" | "queue" }
  | { readonly kind: "passed"; readonly arrivalsNs: readonly [number] }
  | { readonly kind: "duplicated"; readonly arrivalsNs: readonly [number, number] };

/**
 * What a link has done so far. `sent = dropped + passed + duplicated`, `dropped = lost + overflowed`
 * and `delivered = passed + 2 * duplicated`, packets still on their way included.
 */
export interface LinkCounters {
  /** Packets that were handed to the link. */
  readonly sent: number;
  /** Packets that never arrive. */
  readonly dropped: number;
  /** Dropped by chance (`lossRatio`, `burst`). */
  readonly lost: number;
  /** Dropped because the queue was full. */
  readonly overflowed: number;
  /** Packets that arrive once. */
  readonly passed: number;
  /** Packets that arrive twice. */
  readonly duplicated: number;
  /** Arrivals, copies included. */
  readonly delivered: number;
  /** Passed, but overtaken by a packet sent later: a receiver counts as many by RFC 4737. */
  readonly reordered: number;
}

const NS_PER_SECOND = 1_000_000_000;
const MIN_HOLD_NS = msToNs(1);

/**
 * One direction of a link: says what becomes of each packet and does nothing itself.
 *
 * packet → queue (tail drop) → serialisation → loss → copy → delay ± jitter → hold → arrival
 *
 * A lost packet has used its share of the rate. Each packet draws the same count of random numbers
 * whatever the options say, so with one seed a higher `lossRatio` loses the same packets and more.
 */
export class Link {
  readonly #random: Random;
  #settings: LinkSettings;
  #sent = 0;
  #lost = 0;
  #overflowed = 0;
  #duplicated = 0;
  #reordered = 0;
  #isInBurst = false;
  /** When the packets now in the queue will have been serialised, in order. */
  readonly #departuresNs: number[] = [];
  #lastDepartureNs = 0;
  /** Before this moment no packet arrives any more. */
  #inOrderNs = 0;
  /** Arrivals of packets that are held back, still on their way and not overtaken yet. */
  #heldArrivalsNs: number[] = [];

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: LinkOptions, random: Random) {
    this.#settings = linkSettings(options);
    this.#random = random;
  }

  /** What was counted so far; a copy that does not change. */
  get counters(): LinkCounters {
    const dropped = this.#lost + this.#overflowed;
    return {
      sent: this.#sent,
      dropped,
      lost: this.#lost,
      overflowed: this.#overflowed,
      passed: this.#sent - dropped - this.#duplicated,
      duplicated: this.#duplicated,
      delivered: this.#sent - dropped + this.#duplicated,
      reordered: this.#reordered,
    };
  }

  /**
   * Other options from the next packet on; what is on its way stays so, and the counters go on.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  configure(options: LinkOptions): void {
    this.#settings = linkSettings(options);
  }

  /**
   * The fate of a packet sent now, of `packetBytes` with its IP and UDP headers. `nowNs` never goes
   * back from call to call.
   */
  send(packetBytes: number, nowNs: number): LinkFate {
    const luck = this.#drawLuck();
    this.#sent++;
    const departureNs = this.#serialise(packetBytes, nowNs);
    if (departureNs === undefined) {
      this.#overflowed++;
      return { kind: "dropped", reason: "queue" };
    }
    if (this.#loses(luck)) {
      this.#lost++;
      return { kind: "dropped", reason: "loss" };
    }
    return this.#deliver(departureNs, luck);
  }

  #deliver(departureNs: number, luck: Luck): LinkFate {
    const { delayMs, duplicateRatio, reorderRatio } = this.#settings;
    if (luck.duplicate < duplicateRatio) {
      this.#duplicated++;
      const firstNs = this.#arrive(departureNs, luck.jitter);
      return {
        kind: "duplicated",
        arrivalsNs: [firstNs, this.#arrive(departureNs, luck.copyJitter)],
      };
    }
    const isHeldBack = luck.reorder < reorderRatio;
    const holdNs = isHeldBack ? Math.round(msToNs(delayMs)) + MIN_HOLD_NS : 0;
    return { kind: "passed", arrivalsNs: [this.#arrive(departureNs, luck.jitter, holdNs)] };
  }

  #drawLuck(): Luck {
    return {
      burst: this.#random(),
      loss: this.#random(),
      duplicate: this.#random(),
      reorder: this.#random(),
      jitter: this.#random(),
      copyJitter: this.#random(),
    };
  }

  /** When the packet has left the queue; `undefined` where the queue has no room for it. */
  #serialise(packetBytes: number, nowNs: number): number | undefined {
    const { rateBitsPerSecond, queuePackets } = this.#settings;
    const queue = this.#departuresNs;
    while (queue[0] !== undefined && queue[0] <= nowNs) queue.shift();
    if (queue.length >= queuePackets) return undefined;
    const serialisationNs = (packetBytes * 8 * NS_PER_SECOND) / rateBitsPerSecond;
    this.#lastDepartureNs = Math.max(this.#lastDepartureNs, nowNs) + serialisationNs;
    queue.push(this.#lastDepartureNs);
    return this.#lastDepartureNs;
  }

  #loses(luck: Luck): boolean {
    const { burst, lossRatio } = this.#settings;
    this.#isInBurst = this.#isInBurst
      ? luck.burst >= burst.leaveRatio
      : luck.burst < burst.enterRatio;
    return this.#isInBurst || luck.loss < lossRatio;
  }

  #arrive(departureNs: number, luck: number, holdNs = 0): number {
    const { delayMs, jitterMs } = this.#settings;
    const freeNs = Math.round(departureNs + msToNs(delayMs + jitterMs * (2 * luck - 1)));
    this.#inOrderNs = Math.max(freeNs, this.#inOrderNs);
    const arrivalNs = this.#inOrderNs + holdNs;
    this.#overtakeHeld(arrivalNs);
    if (holdNs > 0) this.#heldArrivalsNs.push(arrivalNs);
    return arrivalNs;
  }

  /** Packets that arrive at one moment arrive in the order in which they were sent. */
  #overtakeHeld(arrivalNs: number): void {
    const onTheirWay = this.#heldArrivalsNs.filter((heldNs) => heldNs > this.#inOrderNs);
    this.#heldArrivalsNs = onTheirWay.filter((heldNs) => heldNs <= arrivalNs);
    this.#reordered += onTheirWay.length - this.#heldArrivalsNs.length;
  }
}

/** The random numbers of one packet. */
interface Luck {
  readonly burst: number;
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly jitter: number;
  readonly copyJitter: number;
}
