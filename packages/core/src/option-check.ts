import { UdpError } from "./errors.ts";

/**
 * The value of a numeric option, where it lies from `min` to `max`, both included.
 *
 * @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what was given.
 */
export function numberOption(name: string, value: number, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw badOption(name, `a number ${describeRange(min, max)}`, value);
}

/**
 * As {@link numberOption}, for whole numbers. `Infinity` passes where `max` is `Infinity`.
 *
 * @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what was given.
 */
export function integerOption(name: string, value: number, min: number, max: number): number {
  const isWhole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (isWhole && value >= min && value <= max) return value;
  throw badOption(name, `a whole number ${describeRange(min, max)}`, value);
}

/**
 * The value of an option that is one of a few words.
 *
 * @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what was given.
 */
export function choiceOption<Choice extends string>(
  name: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value;
  throw badOption(name, `one of ${choices.join(", ")}`, value);
}

function describeRange(min: number, max: number): string {
  return max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
}

function badOption(name: string, expected: string, got: unknown): UdpError<"UDP_BAD_OPTION"> {
  return new UdpError("UDP_BAD_OPTION", `${name}: expected ${expected}; got ${String(got)}`);
}
