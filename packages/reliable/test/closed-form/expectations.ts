import type { SimulationResult } from "../../src/simulation/simulate.ts";
import type { Distribution } from "./distribution.ts";

/** What chance alone makes of one request. */
export interface Course {
  /** The most transmissions. */
  readonly tries: number;
  /** The part that is lost on the way there, and back. */
  readonly lossThere: number;
  readonly lossBack: number;
}

/** A figure of a simulation that is a sum over its requests, and how one request's part of it is spread. */
export interface Expectation {
  readonly figure: keyof SimulationResult & `${string}Count`;
  readonly distribution: Distribution;
}

/**
 * A transmission arrives with `1-p`, and its answer with `1-q`; so it is without an answer with
 * `L = 1 - (1-p)(1-q)`, and a request goes on until it has one, or to the last of `n`.
 */
export function expectations(course: Course): readonly Expectation[] {
  const { tries, lossThere } = course;
  const loss = lossOf(course);
  return [
    { figure: "answeredCount", distribution: chance(1 - loss ** tries) },
    { figure: "sentCount", distribution: transmissions(tries, loss) },
    { figure: "executedCount", distribution: chance(1 - lossThere ** tries) },
    { figure: "answerCount", distribution: arrivals(course) },
  ];
}

/** The part of the transmissions that is without an answer. */
function lossOf({ lossThere, lossBack }: Course): number {
  return 1 - (1 - lossThere) * (1 - lossBack);
}

function chance(ratio: number): Distribution {
  return new Map([
    [0, 1 - ratio],
    [1, ratio],
  ]);
}

/** `k` of them before the last with `L^(k-1) (1-L)`: on average `(1-L^n) / (1-L)`. */
function transmissions(tries: number, loss: number): Distribution {
  const counts = Array.from({ length: tries }, (_, index) => index + 1);
  return new Map(
    counts.map((count) => [count, loss ** (count - 1) * (count < tries ? 1 - loss : 1)]),
  );
}

/** How many transmissions of a request arrive, each of which the server answers. */
function arrivals({ tries, lossThere, lossBack }: Course): Distribution {
  const ended = new Map<number, number>();
  let open: Distribution = new Map([[0, 1]]);
  for (let left = tries; left > 0; left--) {
    const next = new Map<number, number>();
    for (const [count, ratio] of open) {
      add(next, count, ratio * lossThere);
      add(next, count + 1, ratio * (1 - lossThere) * lossBack);
      add(ended, count + 1, ratio * (1 - lossThere) * (1 - lossBack));
    }
    open = next;
  }
  for (const [count, ratio] of open) add(ended, count, ratio);
  return ended;
}

function add(distribution: Map<number, number>, value: number, ratio: number): void {
  distribution.set(value, (distribution.get(value) ?? 0) + ratio);
}
