import { msToNs, UdpError } from "@udp/core";
import type { Destination } from "./destination.ts";
import { destinationKey } from "./destination.ts";

/** More ways than the hosts of a /22 have no place in one discovery. */
const MAX_PATHS = 1024;

/** RFC 8085 section 3.1.3: so long lie between datagrams to where nobody answers. */
const UNHEARD_INTERVAL_NS: number = msToNs(3000);
/** Where somebody does, the answers are feedback. */
const HEARD_INTERVAL_NS: number = msToNs(1000);

/** An answer to an earlier round comes too late to be measured. */
const REMEMBERED_ROUNDS = 32;

/** A way to those who may answer, and what is known of it. Each destination is one. */
export class DiscoveryPath<Responder> {
  readonly destination: Destination;
  /** Stands for it in queries and answers. */
  readonly number: number;
  /** Those who were reached by it. */
  readonly reached: Set<Responder> = new Set();
  /** Whether anybody answered since the last query. */
  isHeard = false;
  readonly #sentAtNs = new Map<number, number>();
  #lastSentAtNs = Number.NEGATIVE_INFINITY;

  constructor(destination: Destination, number: number) {
    this.destination = destination;
    this.number = number;
  }

  /** Before this no other query may go this way. */
  get freeAtNs(): number {
    return this.#lastSentAtNs + (this.isHeard ? HEARD_INTERVAL_NS : UNHEARD_INTERVAL_NS);
  }

  noteSent(round: number, nowNs: number): void {
    this.#sentAtNs.set(round, nowNs);
    this.#lastSentAtNs = nowNs;
    this.isHeard = false;
    const [oldest] = this.#sentAtNs.keys();
    if (oldest !== undefined && this.#sentAtNs.size > REMEMBERED_ROUNDS)
      this.#sentAtNs.delete(oldest);
  }

  /** When this round's query went this way; `undefined` where none did, or long ago. */
  sentAtNs(round: number): number | undefined {
    return this.#sentAtNs.get(round);
  }
}

/** @throws UdpError `UDP_BAD_OPTION` where there are too many, or one of them twice. */
export function checkDestinations(destinations: readonly Destination[]): void {
  const { size } = new Set(destinations.map(destinationKey));
  if (size === destinations.length && size <= MAX_PATHS) return;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `destinations: expected at most ${MAX_PATHS}, each once; got ${destinations.length}, ${size} of them different`,
  );
}
