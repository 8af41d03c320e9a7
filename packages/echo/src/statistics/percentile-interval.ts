/** An interval that holds a percentile with a confidence of at least 95 %, both ends included. */
export interface PercentileInterval {
  readonly lowerNs: number;
  readonly upperNs: number;
}

/** The chance of each side that the percentile lies beyond the interval. */
const TAIL_CHANCE = 0.025;

/** Next to a largest weight of 1, smaller ones change no sum of doubles. */
const NEGLIGIBLE_WEIGHT = 1e-20;

/**
 * Where a percentile of all that could have been measured lies: between two values of the sample,
 * whatever the distribution is, since how many values are below it is a binomial count. That holds for
 * values that are independent; those of one path close in time are not, and tell less than they seem
 * to. `undefined` where the sample does not bound the percentile on both sides (fewer than 6 values
 * for the median, 368 for p99).
 *
 * @param ascendingNs in ascending order, without NaN.
 * @param ratio above 0 and below 1, such as 0.99 for p99.
 */
export function percentileInterval(
  ascendingNs: Float64Array,
  ratio: number,
): PercentileInterval | undefined {
  const count = ascendingNs.length;
  const lowerNs = ascendingNs[lowerRank(count, ratio) - 1];
  const upperNs = ascendingNs[count - lowerRank(count, 1 - ratio)];
  return lowerNs === undefined || upperNs === undefined ? undefined : { lowerNs, upperNs };
}

/**
 * The highest rank whose value exceeds the percentile with a chance of no more than the tail's, which
 * happens when fewer values than the rank are below it; 0 where there is none.
 */
function lowerRank(count: number, ratio: number): number {
  const odds = ratio / (1 - ratio);
  // The weight of a number of values below: its chance, in parts of that of the likeliest number.
  const weightBefore = (below: number) => below / ((count - below + 1) * odds);
  const weightAfter = (below: number) => ((count - below) * odds) / (below + 1);
  const likeliest = Math.floor((count + 1) * ratio);

  let chance = sumWeights(weightBefore, likeliest, -1);
  const limit = TAIL_CHANCE * (chance + sumWeights(weightAfter, likeliest, 1) - 1);
  let below = likeliest;
  for (let weight = 1; chance > limit; below--) {
    chance -= weight;
    weight *= weightBefore(below);
  }
  return below + 1;
}

function sumWeights(factor: (below: number) => number, likeliest: number, step: 1 | -1): number {
  let sum = 0;
  let below = likeliest;
  for (let weight = 1; weight > NEGLIGIBLE_WEIGHT; below += step) {
    sum += weight;
    weight *= factor(below);
  }
  return sum;
}
