import { bitsOfDeviation } from "./grade.ts";

/** How numbers that should be unpredictable are spread. */
export interface Spread {
  readonly count: number;
  /** How many different ones there are. */
  readonly distinctCount: number;
  /** The standard deviation of the sample. */
  readonly standardDeviation: number;
  /**
   * How many bits a number of a uniform choice with that deviation has, log2(σ·√12), and no more than
   * it takes to tell them apart where some come again. It says how widely they are spread, not that
   * nobody can predict them.
   */
  readonly bits: number;
  /** Whether most steps from one to the next are the same, or small: then the next one is known. */
  readonly isCounting: boolean;
}

/** A step between two numbers that somebody would try first. */
const SMALL_STEP = 16;

/** A counter that wraps, or is shared with others, takes another step now and then. */
const MOST = 0.75;

/**
 * Of two numbers or more, in the order in which they were seen.
 *
 * @param fieldBits how many bits such a number can have.
 */
export function spreadOf(numbers: readonly number[], fieldBits: number): Spread {
  const mean = sum(numbers) / numbers.length;
  const squares = numbers.map((number) => (number - mean) ** 2);
  const standardDeviation = Math.sqrt(sum(squares) / (numbers.length - 1));
  const distinctCount = new Set(numbers).size;
  const isRepeating = distinctCount < numbers.length / 2;
  const bits = Math.min(bitsOfDeviation(standardDeviation), fieldBits);
  return {
    count: numbers.length,
    distinctCount,
    standardDeviation,
    bits: isRepeating ? Math.min(bits, Math.log2(distinctCount)) : bits,
    isCounting: isCounting(numbers),
  };
}

function isCounting(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  const [usual = 0] = steps.toSorted((one, other) => countOf(other, steps) - countOf(one, steps));
  const known = steps.filter((step) => step === usual || (step > 0 && step <= SMALL_STEP));
  return usual !== 0 && steps.length > 1 && known.length >= MOST * steps.length;
}

function countOf(wanted: number, steps: readonly number[]): number {
  return steps.filter((step) => step === wanted).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
