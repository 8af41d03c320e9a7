import type { Random } from "@udp/core";
import { choiceOption, integerOption, nextTurn, seededRandom } from "@udp/core";
import type { Attack } from "../attackers/attack.ts";
import { ATTACKS } from "../attackers/catalogue.ts";
import { successChance } from "../attackers/closed-form.ts";
import type { Combination } from "../defences/defence.ts";
import type { Stage } from "../stage/stage.ts";
import type { TimelineEvent } from "../timeline.ts";
import { Timeline } from "../timeline.ts";
import type { TrialResult } from "../trial.ts";
import { playTrial } from "../trial.ts";
import type { Interval } from "./binomial.ts";
import { ratioInterval } from "./binomial.ts";
import { COMBINATIONS } from "./combinations.ts";

/** Which attacks are played against which defences, how often, and where. */
export interface MatrixOptions {
  /** Names of `ATTACKS`. Default: all. */
  readonly attacks?: readonly string[] | undefined;
  /** Default: {@link COMBINATIONS}. */
  readonly combinations?: readonly Combination[] | undefined;
  /** Exchanges for each pair of an attack and a combination, 1 to 100,000. Default 100. */
  readonly trials?: number | undefined;
  /** The most datagrams that an attacker sends in one exchange, 1 to 256. Default 64. */
  readonly datagramCount?: number | undefined;
  /** Decides ports, ids and guesses, 0 to 2^32 - 1. */
  readonly seed: number;
  /** Opens the place for one pair; its chance is handed in. */
  readonly openStage: (random: Random) => Promise<Stage>;
  /** Told of each pair when it has been played. What it throws ends the run. */
  readonly onCell?: ((cell: Cell) => void) | undefined;
  /** Ends the run between two exchanges. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of one attack on one combination of defences. */
export interface Cell {
  /** Its name. */
  readonly attack: string;
  /** Its name. */
  readonly combination: string;
  /** Exchanges that were played. */
  readonly trials: number;
  /** Exchanges in which a lie was believed. */
  readonly believedCount: number;
  /** Exchanges that ended with the true answer. */
  readonly answeredCount: number;
  /** Exchanges that ended with no answer at all. */
  readonly deniedCount: number;
  /** Exchanges in which the client saw something that it did not believe. */
  readonly detectedCount: number;
  /** What the attack wanted: beliefs, or exchanges without the truth. */
  readonly successCount: number;
  /** The chance of success in one exchange, as it is computed. */
  readonly closedForm: number;
  /** Where the chance is, as it was measured; all intervals of a run together hold with 99.9 %. */
  readonly interval: Interval;
  /** Whether the computed chance is within the measured interval. */
  readonly agrees: boolean;
  /** Of the first few exchanges, the first in which the attack succeeded, and the first in which not. */
  readonly timelines: {
    readonly succeeded: readonly TimelineEvent[] | undefined;
    readonly failed: readonly TimelineEvent[] | undefined;
  };
}

/** What came of all of them. */
export interface Matrix {
  readonly seed: number;
  /** Exchanges in each cell. */
  readonly trials: number;
  /** The most datagrams that the attacker sent in one exchange. */
  readonly datagramCount: number;
  /** Attack by attack, and within each combination by combination. */
  readonly cells: readonly Cell[];
  /** Attacks that this host cannot play, by name. */
  readonly unplayed: readonly string[];
  /** Whether all cells agree with the closed form. */
  readonly agrees: boolean;
}

/** The chance that one cell or more of a run disagrees where nothing is wrong (Bonferroni). */
export const ERROR_CHANCE = 0.001;

const DEFAULT_TRIALS = 100;
const MAX_TRIALS = 100_000;
const DEFAULT_DATAGRAM_COUNT = 64;
/** No more than the fewest ports, so that each goes to another one. */
const MAX_DATAGRAM_COUNT = 256;

/**
 * Plays attacks against defences, and sets what was measured beside what is computed.
 *
 * @throws UdpError `UDP_BAD_OPTION`; AttackSimError `ATTACK_SIM_LOST`; what the stage throws; the
 * signal's reason.
 */
export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const { combinations = COMBINATIONS, seed } = options;
  const attacks = attacksNamed(options.attacks);
  const { trials = DEFAULT_TRIALS, datagramCount = DEFAULT_DATAGRAM_COUNT } = options;
  integerOption("trials", trials, 1, MAX_TRIALS);
  integerOption("datagramCount", datagramCount, 1, MAX_DATAGRAM_COUNT);
  const cells: Cell[] = [];
  const unplayed = new Set<string>();
  const errorChance = ERROR_CHANCE / (attacks.length * combinations.length);
  for (const attack of attacks) {
    for (const combination of combinations) {
      const plan = { attack, combination, trials, datagramCount, seed, errorChance };
      const cell = await runCell(plan, options);
      if (cell === undefined) {
        unplayed.add(attack.name);
        continue;
      }
      cells.push(cell);
      options.onCell?.(cell);
    }
  }
  const agrees = cells.every((cell) => cell.agrees);
  return { seed, trials, datagramCount, cells, unplayed: [...unplayed], agrees };
}

interface CellPlan {
  readonly attack: Attack;
  readonly combination: Combination;
  readonly trials: number;
  readonly datagramCount: number;
  readonly seed: number;
  readonly errorChance: number;
}

/** Exchanges of a cell of which a timeline is kept, until there is one of each kind. */
const TIMED_TRIALS = 10;

async function runCell(
  plan: CellPlan,
  { openStage, signal }: MatrixOptions,
): Promise<Cell | undefined> {
  const { attack, combination, datagramCount } = plan;
  await using stage = await openStage(randomFor(plan, "network"));
  if (attack.content === "too-big" && !stage.canForgeTooBig) return undefined;
  const random = { client: randomFor(plan, "client"), attacker: randomFor(plan, "attacker") };
  const trial = { stage, attack, rules: combination.rules, datagramCount, random };
  const tally = new Tally(attack);
  for (let played = 0; played < plan.trials; played++) {
    // Others get their turn too: a signal, what is shown on a terminal.
    await nextTurn();
    signal?.throwIfAborted();
    const timeline = played < TIMED_TRIALS ? new Timeline(() => stage.nowMs()) : undefined;
    tally.add(await playTrial({ ...trial, timeline }), timeline);
  }
  return summarize(plan, tally);
}

/** What came of the exchanges of one cell. */
class Tally {
  readonly outcomes: Record<TrialResult["outcome"], number> = {
    believed: 0,
    answered: 0,
    denied: 0,
  };
  detectedCount = 0;
  successCount = 0;
  succeeded: Timeline | undefined;
  failed: Timeline | undefined;
  readonly #attack: Attack;

  constructor(attack: Attack) {
    this.#attack = attack;
  }

  add({ outcome, isDetected }: TrialResult, timeline: Timeline | undefined): void {
    const isBelief = this.#attack.aim === "belief";
    const isSuccess = isBelief ? outcome === "believed" : outcome !== "answered";
    this.outcomes[outcome]++;
    if (isDetected) this.detectedCount++;
    if (isSuccess) this.successCount++;
    if (isSuccess) this.succeeded ??= timeline;
    else this.failed ??= timeline;
  }
}

function summarize(plan: CellPlan, tally: Tally): Cell {
  const { attack, combination, trials, datagramCount, errorChance } = plan;
  const { outcomes, detectedCount, successCount, succeeded, failed } = tally;
  const closedForm = successChance(attack, combination.rules, datagramCount);
  const interval = ratioInterval(successCount, trials, errorChance);
  return {
    attack: attack.name,
    combination: combination.name,
    trials,
    believedCount: outcomes.believed,
    answeredCount: outcomes.answered,
    deniedCount: outcomes.denied,
    detectedCount,
    successCount,
    closedForm,
    interval,
    agrees: interval.low <= closedForm && closedForm <= interval.high,
    timelines: { succeeded: succeeded?.events, failed: failed?.events },
  };
}

function attacksNamed(names: readonly string[] | undefined): readonly Attack[] {
  const known = ATTACKS.map(({ name }) => name);
  for (const name of names ?? []) choiceOption("attacks", name, known);
  return ATTACKS.filter(({ name }) => names === undefined || names.includes(name));
}

/** Each pair has chance of its own, so that it comes out the same whatever else is played. */
function randomFor({ seed, attack, combination }: CellPlan, who: string): Random {
  return seededRandom(Bun.hash.crc32(`${seed} ${attack.name} ${combination.name} ${who}`));
}
