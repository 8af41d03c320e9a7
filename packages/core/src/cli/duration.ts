import { InvalidArgumentError } from "commander";

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["us", 0.001],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/**
 * A duration with its unit (`250us`, `10ms`, `2s`, `1.5m`, `1h`) in milliseconds. Zero is a duration.
 *
 * @throws InvalidArgumentError saying what was expected.
 */
export function parseDuration(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,15}(?:\.\d{1,15})?)([a-z]+)$/.exec(text) ?? [];
  const msPerUnit = MS_PER_UNIT.get(unit);
  if (amount !== undefined && msPerUnit !== undefined) return Number(amount) * msPerUnit;
  throw new InvalidArgumentError(
    "Expected a duration with its unit, such as 250us, 10ms, 2s, 5m or 1h.",
  );
}

/**
 * A parser of durations from the shortest to the longest, both given as they are typed: `1us`, `24h`.
 * What it does not take it refuses with an InvalidArgumentError that names them.
 */
export function durationBetween(shortest: string, longest: string): (text: string) => number {
  const [minMs, maxMs] = [parseDuration(shortest), parseDuration(longest)];
  return (text) => {
    const durationMs = parseDuration(text);
    if (durationMs >= minMs && durationMs <= maxMs) return durationMs;
    throw new InvalidArgumentError(`Expected a duration from ${shortest} to ${longest}.`);
  };
}
