/** A time in three digits, down to the microsecond, with its unit: `49.5 ms`, `1.54 s`. */
export function describeMs(ms: number): string {
  const threeDigits = (value: number): number => Number(value.toPrecision(3));
  if (ms < 0.1) return `${Number(ms.toFixed(3))} ms`;
  return threeDigits(ms) < 1000 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`;
}
