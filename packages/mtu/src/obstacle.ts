import type { SendOutcome } from "@udp/core/linux";

/** Why probes did not get through, besides their size: a node on the path, or this host, said so. */
export interface Obstacle {
  /** The node; `undefined` for this host. */
  readonly from: string | undefined;
  /**
   * The system's name for it, such as `EHOSTUNREACH`; what became of the send call; or `foreign`: the
   * far end answers, and speaks no protocol that shows what arrived.
   */
  readonly reason: string;
  /** ICMP type and code; `undefined` for this host. */
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  /** How often it was said. */
  readonly count: number;
}

/** Nodes on the path, and who pretends to be one, can say no more than this many different things. */
const MAX_KEPT = 32;

/** What kept probes from getting through, each once with its count. */
export class Obstacles {
  readonly #kept = new Map<string, Obstacle>();

  get all(): readonly Obstacle[] {
    return [...this.#kept.values()];
  }

  add(obstacle: Omit<Obstacle, "count">): void {
    const { from, reason, icmp } = obstacle;
    const key = `${from} ${reason} ${icmp?.type} ${icmp?.code}`;
    const known = this.#kept.get(key);
    if (known === undefined && this.#kept.size >= MAX_KEPT) return;
    this.#kept.set(key, { ...obstacle, count: (known?.count ?? 0) + 1 });
  }

  /** This host did not send a probe. */
  addOutcome(outcome: SendOutcome): void {
    this.add({ from: undefined, reason: outcome, icmp: undefined });
  }
}
