import { InvalidArgumentError } from "commander";

const MAX_SEED = 0xff_ff_ff_ff;

/** A parser of whole numbers from `min` to `max`; it throws InvalidArgumentError saying so. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** A seed of `seededRandom`: 32 bits. @throws InvalidArgumentError saying what was expected. */
export const parseSeed: (text: string) => number = wholeNumber(0, MAX_SEED);

/** A part of a whole, 0 to 1. @throws InvalidArgumentError saying what was expected. */
export function parseRatio(text: string): number {
  const ratio = /^\d{0,15}\.?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (ratio <= 1) return ratio;
  throw new InvalidArgumentError("Expected a number from 0 to 1, such as 0.05.");
}
