/**
 * What is believed of the loss before the first probe, as parts of a probe lost and arrived: the
 * Beta(0.1, 0.1) distribution, next to nothing, so that ten probes already outweigh it.
 */
const PRIOR_PROBES = 0.1;

/** No path is taken for better than this: the next probe may be the first that is lost. */
const LEAST_LOSS_RATIO = 0.08;

/** The loss of a path (both ways together), from probes of sizes that it is known to carry. */
export interface LossEstimate {
  /** Probes that were acknowledged. */
  readonly arrivedCount: number;
  /** Probes whose acknowledgement did not come in time. */
  readonly lostCount: number;
}

/** The part of the probes that was lost, 0 to 1; `undefined` before the first one. */
export function lossRatio({ arrivedCount, lostCount }: LossEstimate): number | undefined {
  const count = arrivedCount + lostCount;
  return count === 0 ? undefined : lostCount / count;
}

/**
 * The chance that so many further probes in a row are all lost, 0 to 1: averaged over every loss
 * that could have given this estimate, so that few probes make for a cautious answer, where the bare
 * ratio would call a path perfect after one arrival; and never below that of a loss of 8 %.
 */
export function chanceAllLost({ arrivedCount, lostCount }: LossEstimate, count: number): number {
  // A lost probe that seems too large is not counted, so that the losses seen are too few.
  const hiddenLostCount = lostCount === 0 ? 0 : 1;
  let chance = 1;
  for (let index = 0; index < count; index++) {
    const lost = PRIOR_PROBES + lostCount + hiddenLostCount + index;
    chance *= lost / (lost + PRIOR_PROBES + arrivedCount);
  }
  return Math.max(chance, LEAST_LOSS_RATIO ** count);
}

/** Points at which the average over every loss is taken. */
const GRID_POINTS = 256;

/**
 * The chance that so many tries all fail, 0 to 1, where a try fails when one of its `packetCount`
 * round trips does: averaged over every loss that could have given this estimate, before which all
 * were as probable.
 */
export function chanceAllFail(loss: LossEstimate, packetCount: number, tries: number): number {
  let total = 0;
  let failing = 0;
  for (let point = 0; point < GRID_POINTS; point++) {
    const pass = (point + 0.5) / GRID_POINTS;
    const weight = pass ** loss.arrivedCount * (1 - pass) ** loss.lostCount;
    total += weight;
    failing += weight * (1 - pass ** packetCount) ** tries;
  }
  // So many probes that every weight is 0 say that the path is neither perfect nor dead.
  return total === 0 ? 1 : failing / total;
}
