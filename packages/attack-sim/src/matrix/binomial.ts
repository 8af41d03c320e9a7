/** Two bounds of a ratio, 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Halvings after which a double does not get closer. */
const HALVINGS = 60;

/**
 * The Clopper–Pearson interval of a ratio that was seen `count` times in `trials`: whatever the true
 * ratio is, the interval misses it with a chance of at most `errorChance`.
 */
export function ratioInterval(count: number, trials: number, errorChance: number): Interval {
  const tail = errorChance / 2;
  const low = bisect((ratio) => chanceOfAtLeast(count, trials, ratio) < tail);
  // That so few happen is that so many do not.
  const high = bisect((ratio) => chanceOfAtLeast(trials - count, trials, 1 - ratio) >= tail);
  return { low: count === 0 ? 0 : low, high: count === trials ? 1 : high };
}

/** The chance that something of this ratio happens `least` times or more. */
export function chanceOfAtLeast(least: number, trials: number, ratio: number): number {
  if (least <= 0) return 1;
  if (ratio <= 0) return 0;
  if (ratio >= 1) return least <= trials ? 1 : 0;
  let sum = 0;
  for (let count = least; count <= trials; count++) sum += chanceOf(count, trials, ratio);
  return Math.min(sum, 1);
}

function chanceOf(count: number, trials: number, ratio: number): number {
  const ways = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
  return Math.exp(ways + count * Math.log(ratio) + (trials - count) * Math.log1p(-ratio));
}

const LOG_FACTORIALS = [0];

function logFactorial(number: number): number {
  for (let next = LOG_FACTORIALS.length; next <= number; next++) {
    LOG_FACTORIALS.push((LOG_FACTORIALS[next - 1] ?? 0) + Math.log(next));
  }
  return LOG_FACTORIALS[number] ?? 0;
}

/** Where a condition that holds from 0 on, up to some ratio, ends to hold. */
function bisect(holds: (ratio: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
