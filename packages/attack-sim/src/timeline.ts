/** Who does something in an exchange under attack. */
export type Actor = "client" | "server" | "attacker";

/** One thing that happened, or several of a kind in a row. */
export interface TimelineEvent {
  /** Since the beginning of the exchange, by the clock of the stage. */
  readonly atMs: number;
  readonly actor: Actor;
  readonly action: string;
  readonly count: number;
}

/** What happened in one exchange, in order. */
export class Timeline {
  readonly #nowMs: () => number;
  readonly #startedAtMs: number;
  readonly #events: TimelineEvent[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startedAtMs = nowMs();
  }

  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  add(actor: Actor, action: string): void {
    const last = this.#events.at(-1);
    if (last?.actor === actor && last.action === action) {
      this.#events.splice(-1, 1, { ...last, count: last.count + 1 });
      return;
    }
    this.#events.push({ atMs: this.#nowMs() - this.#startedAtMs, actor, action, count: 1 });
  }
}
