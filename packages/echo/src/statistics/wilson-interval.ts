/** Between what a true ratio lies. */
export interface RatioInterval {
  readonly lowerRatio: number;
  readonly upperRatio: number;
}

/** Of the standard normal distribution, for 95 % on both sides. */
const Z = 1.959_963_984_540_054;

/**
 * The interval that holds the true ratio with 95 %, after Wilson (1927): good for ratios near 0 and 1 and for
 * few observations too. Without any it is everything.
 *
 * @param hitCount of `count` independent observations.
 */
export function wilsonInterval(hitCount: number, count: number): RatioInterval {
  if (count === 0) return { lowerRatio: 0, upperRatio: 1 };
  const ratio = hitCount / count;
  const spread = Z * Math.sqrt((ratio * (1 - ratio)) / count + (Z / (2 * count)) ** 2);
  const center = ratio + Z ** 2 / (2 * count);
  const scale = 1 + Z ** 2 / count;
  // Rounding alone would leave it short of the ratio itself at both ends.
  return {
    lowerRatio: hitCount === 0 ? 0 : Math.max((center - spread) / scale, 0),
    upperRatio: hitCount === count ? 1 : Math.min((center + spread) / scale, 1),
  };
}
