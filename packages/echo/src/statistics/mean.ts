/** The mean; NaN of no values. */
export function meanOf(values: Float64Array): number {
  // Sums of large values would lose the digits in which they differ.
  const [nearby = Number.NaN] = values;
  let sum = 0;
  for (const value of values) sum += value - nearby;
  return nearby + sum / values.length;
}
