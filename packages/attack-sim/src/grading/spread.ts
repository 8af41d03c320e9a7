import { bitsOfDeviation } from "./grade.ts";

/** How numbers that should be unpredictable are spread. */
export interface Spread {
  readonly count: number;
  /** How many different ones there are. */
  readonly distinctCount: number;
  /** The standard deviation of the sample. */
  readonly standardDeviation: number;
  /**
   * How many bits a number of a uniform choice with that deviation has: log2(σ·√12). It says how
   * widely they are spread, not that nobody can predict them.
   */
  readonly bits: number;
  /** Whether each is the one before it and a little more: then the next one is known. */
  readonly isCounting: boolean;
}

/** A step between two numbers that somebody would try first. */
const SMALL_STEP = 16;

/** Of two numbers or more, in the order in which they were seen. */
export function spreadOf(numbers: readonly number[]): Spread {
  const mean = sum(numbers) / numbers.length;
  const squares = numbers.map((number) => (number - mean) ** 2);
  const standardDeviation = Math.sqrt(sum(squares) / (numbers.length - 1));
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  return {
    count: numbers.length,
    distinctCount: new Set(numbers).size,
    standardDeviation,
    bits: bitsOfDeviation(standardDeviation),
    isCounting: steps.every((step) => step > 0 && step <= SMALL_STEP),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
