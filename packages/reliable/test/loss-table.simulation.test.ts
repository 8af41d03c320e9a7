import { describe, expect, test } from "bun:test";
import type { LinkOptions } from "@udp/core/simulation";
import type { PresetName } from "../src/retransmission.ts";
import { PRESET_NAMES, PRESETS } from "../src/retransmission.ts";
import type { SimulationResult } from "../src/simulation/simulate.ts";
import { simulateRequests } from "../src/simulation/simulate.ts";
import { chanceBound } from "./closed-form/distribution.ts";
import { expectations } from "./closed-form/expectations.ts";

// Every preset over links that lose 0 to 60 % there and 0 to 60 % back, delay, jitter and reorder.
// How many requests succeed, after how many transmissions, is what chance makes of it. The table as a
// whole would disagree by chance in less than one of a thousand cases (Bonferroni, Chernoff).

const REQUESTS = 1000;
const LOSSES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/** Round trips of less than the shortest wait, so that nothing is sent again in vain. */
const LINK: LinkOptions = { delayMs: 10, jitterMs: 5, reorderRatio: 0.1 };

/** Long enough for the waits of `rfc6298`, which get longer with every loss in a row. */
const LIFETIME_MS = 86_400_000;

const FIGURES = 4;
const SIDES = 2;
const CELLS = PRESET_NAMES.length * LOSSES.length ** 2;
const MIN_CHANCE = 0.001 / (CELLS * FIGURES * SIDES);

interface Cell {
  readonly lossThere: number;
  readonly lossBack: number;
  readonly result: SimulationResult;
}

function measure(preset: PresetName): readonly Cell[] {
  return LOSSES.flatMap((lossThere) =>
    LOSSES.map((lossBack) => ({
      lossThere,
      lossBack,
      result: simulate(preset, lossThere, lossBack),
    })),
  );
}

function simulate(preset: PresetName, lossThere: number, lossBack: number): SimulationResult {
  return simulateRequests({
    retransmission: PRESETS[preset],
    link: { ...LINK, lossRatio: lossThere },
    linkBack: { ...LINK, lossRatio: lossBack },
    requestCount: REQUESTS,
    lifetimeMs: LIFETIME_MS,
    seed: Math.round(1000 * lossThere + 100 * lossBack),
  });
}

/** What of a cell chance does not explain. */
function disagreements(tries: number, { lossThere, lossBack, result }: Cell): readonly string[] {
  return expectations({ tries, lossThere, lossBack })
    .filter(
      ({ figure, distribution }) =>
        chanceBound(distribution, REQUESTS, result[figure]) < MIN_CHANCE,
    )
    .map(({ figure }) => `${figure} ${result[figure]} with ${lossThere} there, ${lossBack} back`);
}

function show({ lossThere, lossBack, result }: Cell): string {
  const success = ((100 * result.answeredCount) / REQUESTS).toFixed(1);
  const tries = (result.sentCount / REQUESTS).toFixed(2);
  return `${percent(lossThere)} there, ${percent(lossBack)} back: ${success} % answered, ${tries} tries`;
}

function percent(ratio: number): string {
  return `${Math.round(100 * ratio)} %`.padStart(4);
}

describe.each(PRESET_NAMES)("%s", (preset) => {
  const tries = PRESETS[preset].backoff.attempts ?? 5;
  const cells = measure(preset);

  test("succeeds, tries, carries out and answers as often as chance would have it", () => {
    expect(cells.flatMap((cell) => disagreements(tries, cell))).toEqual([]);
  });

  test("nothing is carried out twice, and nothing is sent in vain", () => {
    const wrong = cells.filter(
      ({ result }) => result.executedCount > REQUESTS || result.spuriousCount > 0,
    );
    expect(wrong).toEqual([]);
  });

  test("table", () => {
    expect(cells.map(show)).toMatchSnapshot();
  });
});

test("a loss of another 10 % is seen", () => {
  const result = simulate("original", 0.4, 0.3);
  expect(disagreements(5, { lossThere: 0.3, lossBack: 0.3, result })).not.toEqual([]);
});
