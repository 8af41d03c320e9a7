import type { Endpoint } from "@udp/core";
import { msToNs, UdpError } from "@udp/core";
import type { Method } from "./destination.ts";

/** One of the ways to those who may answer. Each destination by each interface is one way. */
export interface DiscoveryPath {
  /** Tells it from the others. */
  readonly key: string;
  readonly method: Method;
  /** By which interface; `undefined` where the system chooses. */
  readonly interfaceName: string | undefined;
  readonly to: Endpoint;
}

/** More ways than the hosts of a /22 have no place in one discovery. */
const MAX_PATHS = 1024;

/** RFC 8085 section 3.1.3: so long lie between datagrams to where nobody answers. */
const UNHEARD_INTERVAL_NS: number = msToNs(3000);
/** Where somebody does, the answers are feedback. */
const HEARD_INTERVAL_NS: number = msToNs(1000);

/** An answer to an earlier round comes too late to be measured. */
const REMEMBERED_ROUNDS = 32;

/** What is known of a way. */
export class PathState<Responder> {
  readonly path: DiscoveryPath;
  /** Stands for it in queries and answers. */
  readonly number: number;
  /** Those who were reached by it. */
  readonly reached: Set<Responder> = new Set();
  /** Whether anybody answered since the last query. */
  isHeard = false;
  readonly #sentAtNs = new Map<number, number>();
  #lastSentAtNs = Number.NEGATIVE_INFINITY;

  constructor(path: DiscoveryPath, number: number) {
    this.path = path;
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

/** @throws UdpError `UDP_BAD_OPTION` where there are too many, or two of one key. */
export function checkPaths(paths: readonly DiscoveryPath[]): void {
  const keyCount = new Set(paths.map(({ key }) => key)).size;
  if (keyCount === paths.length && keyCount <= MAX_PATHS) return;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `paths: expected at most ${MAX_PATHS}, each with a key of its own; got ${paths.length} with ${keyCount}`,
  );
}
