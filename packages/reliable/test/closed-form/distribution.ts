/** How likely each value is. */
export type Distribution = ReadonlyMap<number, number>;

/**
 * An upper bound for the chance that the sum of `count` independent draws is as far from what is
 * expected as `sum` is, on the same side: Chernoff's, which holds for any `count`.
 */
export function chanceBound(distribution: Distribution, count: number, sum: number): number {
  const mean = sum / count;
  const exponent = (tilt: number): number => tilt * mean - logMoment(distribution, tilt);
  return Math.exp(-count * Math.max(maximum(exponent), 0));
}

/** The logarithm of the moment generating function. */
function logMoment(distribution: Distribution, tilt: number): number {
  let moment = 0;
  for (const [value, chance] of distribution) moment += chance * Math.exp(tilt * value);
  return Math.log(moment);
}

const STEEPEST = 30;
const STEPS = 100;

/** Of a concave function, near enough: any of its values makes a bound that holds. */
function maximum(concave: (place: number) => number): number {
  let [low, high] = [-STEEPEST, STEEPEST];
  for (let step = 0; step < STEPS; step++) {
    const third = (high - low) / 3;
    if (concave(low + third) < concave(high - third)) low += third;
    else high -= third;
  }
  return concave((low + high) / 2);
}
