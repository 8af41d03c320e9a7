/** A time in three digits, with its unit: `49.5 ms`, `1.54 s`. */
export function describeMs(ms: number): string {
  const threeDigits = (value: number): number => Number(value.toPrecision(3));
  return threeDigits(ms) < 1000 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`;
}
