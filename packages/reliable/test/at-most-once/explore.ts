import { Laws } from "./laws.ts";
import { BrokenPromise } from "./ledger.ts";
import type { Bound, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";
import { describeWorld, REQUESTS } from "./world.ts";

/** What an exploration has seen. */
export interface Exploration {
  /** Worlds that differ. */
  readonly stateCount: number;
  /** Ways from the beginning to an end. */
  readonly scheduleCount: bigint;
  /** What the two requests came to in worlds that are over. */
  readonly endings: ReadonlySet<string>;
}

/**
 * Follows everything that can happen within the bound.
 *
 * @param isMerging `false`: every schedule by itself, to see that merging worlds loses none.
 * @throws Error at the first promise that is broken, with all that has led to it.
 */
export function explore(scenario: Scenario, bound: Bound, isMerging = true): Exploration {
  const explorer = new Explorer(new Laws(scenario, isMerging), isMerging);
  return explorer.explore(bound);
}

class Explorer {
  readonly #laws: Laws;
  readonly #isMerging: boolean;
  readonly #scheduleCounts = new Map<string, bigint>();
  readonly #endings = new Set<string>();
  #visitCount = 0;
  /** What has led to the world that is looked at. */
  readonly #trace: string[] = [];

  constructor(laws: Laws, isMerging: boolean) {
    this.#laws = laws;
    this.#isMerging = isMerging;
  }

  explore(bound: Bound): Exploration {
    try {
      const scheduleCount = this.#visit(this.#laws.begin(bound));
      return { stateCount: this.#scheduleCounts.size, scheduleCount, endings: this.#endings };
    } catch (cause) {
      if (!(cause instanceof BrokenPromise)) throw cause;
      throw new Error([`${cause.message}:`, ...this.#trace].join("\n"), { cause });
    }
  }

  /** How many schedules begin with this world. */
  #visit(world: World): bigint {
    this.#visitCount++;
    const name = this.#isMerging ? describeWorld(world) : `${this.#visitCount}`;
    const known = this.#scheduleCounts.get(name);
    if (known !== undefined) return known;
    const events = this.#laws.events(world);
    if (events.length === 0) this.#endings.add(endingOf(world));
    let scheduleCount = events.length === 0 ? 1n : 0n;
    for (const { name: step, happen } of events) {
      this.#trace.push(step);
      scheduleCount += this.#visit(happen());
      this.#trace.pop();
    }
    this.#scheduleCounts.set(name, scheduleCount);
    return scheduleCount;
  }
}

function endingOf({ ledger }: World): string {
  return REQUESTS.map((request) => ledger[request]?.outcome).join(", ");
}
