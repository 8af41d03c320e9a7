import type { Random } from "@udp/core";
import { integerOption, seededRandom } from "@udp/core";
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
  /** Default: all. */
  readonly attacks?: readonly Attack[] | undefined;
  /** Default: {@link COMBINATIONS}. */
  readonly combinations?: readonly Combination[] | undefined;
  /** Exchanges for each pair of an attack and a combination, 1 to 100,000. Default 200. */
  readonly trials?: number | undefined;
  /** The most datagrams that an attacker sends in one exchange, 1 to 256. Default 64. */
  readonly datagramCount?: number | undefined;
  /** Decides ports, ids and guesses, 0 to 2^32 - 1. */
  readonly seed: number;
  /** Opens the place for one pair; its chance is handed in. */
  readonly openStage: (random: Random) => Promise<Stage>;
  /** Told of each pair when it has been played. What it throws ends the run. */
  readonly onCell?: ((cell: Cell) => void) | undefined;
  /** Ends the run between two pairs. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of one attack on one combination of defences. */
export interface Cell {
  readonly attack: string;
  readonly combination: string;
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
  /** The first exchange. */
  readonly timeline: readonly TimelineEvent[];
}

/** What came of all of them. */
export interface Matrix {
  readonly seed: number;
  readonly trials: number;
  readonly datagramCount: number;
  readonly cells: readonly Cell[];
  /** Attacks that this host cannot play, by name. */
  readonly unplayed: readonly string[];
  /** Whether all cells agree with the closed form. */
  readonly agrees: boolean;
}

/** The chance that one cell or more of a run disagrees where nothing is wrong (Bonferroni). */
export const ERROR_CHANCE = 0.001;

const DEFAULT_TRIALS = 200;
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
  const { attacks = ATTACKS, combinations = COMBINATIONS, seed } = options;
  const { trials = DEFAULT_TRIALS, datagramCount = DEFAULT_DATAGRAM_COUNT } = options;
  integerOption("trials", trials, 1, MAX_TRIALS);
  integerOption("datagramCount", datagramCount, 1, MAX_DATAGRAM_COUNT);
  const cells: Cell[] = [];
  const unplayed = new Set<string>();
  const errorChance = ERROR_CHANCE / (attacks.length * combinations.length);
  for (const attack of attacks) {
    for (const combination of combinations) {
      options.signal?.throwIfAborted();
      const plan = { attack, combination, trials, datagramCount, seed, errorChance };
      const cell = await runCell(plan, options.openStage);
      if (cell === undefined) unplayed.add(attack.name);
      else cells.push(cell);
      if (cell !== undefined) options.onCell?.(cell);
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

async function runCell(
  plan: CellPlan,
  openStage: MatrixOptions["openStage"],
): Promise<Cell | undefined> {
  const { attack, combination, datagramCount } = plan;
  await using stage = await openStage(randomFor(plan, "network"));
  if (attack.content === "too-big" && !stage.canForgeTooBig) return undefined;
  const random = { client: randomFor(plan, "client"), attacker: randomFor(plan, "attacker") };
  const trial = { stage, attack, rules: combination.rules, datagramCount, random };
  const timeline = new Timeline(() => stage.nowMs());
  const results = [await playTrial({ ...trial, timeline })];
  while (results.length < plan.trials) results.push(await playTrial(trial));
  return summarize(plan, results, timeline);
}

function summarize(plan: CellPlan, results: readonly TrialResult[], timeline: Timeline): Cell {
  const { attack, combination, trials, datagramCount, errorChance } = plan;
  const count = (outcome: TrialResult["outcome"]): number =>
    results.filter((result) => result.outcome === outcome).length;
  const believedCount = count("believed");
  const answeredCount = count("answered");
  const successCount = attack.aim === "belief" ? believedCount : trials - answeredCount;
  const closedForm = successChance(attack, combination.rules, datagramCount);
  const interval = ratioInterval(successCount, trials, errorChance);
  return {
    attack: attack.name,
    combination: combination.name,
    trials,
    believedCount,
    answeredCount,
    deniedCount: count("denied"),
    detectedCount: results.filter(({ isDetected }) => isDetected).length,
    successCount,
    closedForm,
    interval,
    agrees: interval.low <= closedForm && closedForm <= interval.high,
    timeline: timeline.events,
  };
}

/** Each pair has chance of its own, so that it comes out the same whatever else is played. */
function randomFor({ seed, attack, combination }: CellPlan, who: string): Random {
  return seededRandom(Bun.hash.crc32(`${seed} ${attack.name} ${combination.name} ${who}`));
}
