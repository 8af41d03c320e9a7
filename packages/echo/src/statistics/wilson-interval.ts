/** Two bounds of a ratio, 0 to 1. */
export interface RatioInterval {
  readonly lowerRatio: number;
  readonly upperRatio: number;
}

/** The part of a normal distribution within so many standard deviations is 95 %. */
const Z = 1.959_963_984_540_054;

/**
 * The 95 % Wilson score interval of a ratio that was seen `count` times in `total`. It always holds
 * `count / total`, and is not empty where all or none were seen; of nothing it is 0 to 1. It takes
 * each of them for independent: losses that come in bursts make it too narrow.
 *
 * @param count 0 to `total`.
 */
export function wilsonInterval(count: number, total: number): RatioInterval {
  const weight = total + Z ** 2;
  const centre = (count + Z ** 2 / 2) / weight;
  const reach = (Z / weight) * Math.sqrt((count * (total - count)) / total + Z ** 2 / 4);
  return {
    // Rounding could miss these, and of nothing the formula gives NaN.
    lowerRatio: count === 0 ? 0 : centre - reach,
    upperRatio: count === total ? 1 : centre + reach,
  };
}
