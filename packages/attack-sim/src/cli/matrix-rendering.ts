import type { Rendering } from "@udp/core/cli";
import { columns, counted } from "@udp/core/cli";
import { ATTACKS } from "../attackers/catalogue.ts";
import type { CellDocument, MatrixDocument } from "../documents.ts";
import type { Cell, Matrix } from "../matrix/matrix.ts";
import type { TimelineEvent } from "../timeline.ts";

/** For each attack, how an exchange went, and what came of all of them. */
export function matrixDetails(matrix: Matrix): string {
  return attacksOf(matrix)
    .map((name) => attackDetails(cellsOf(matrix, name)))
    .join("\n");
}

/** The matrix in short, and whether all is as computed. */
export function matrixReport(
  matrix: Matrix,
  network: MatrixDocument["network"],
): Rendering<MatrixDocument> {
  const { seed, trials, datagramCount, unplayed, agrees } = matrix;
  return {
    text: () => [...table(matrix), "", ...conclusion(matrix, network)].join("\n"),
    document: () => ({
      schema: "udp-attack-sim/1",
      kind: "matrix",
      network,
      seed,
      trials,
      datagramCount,
      cells: matrix.cells.map(cellDocument),
      unplayed,
      agrees,
    }),
  };
}

function cellDocument({ timelines: { succeeded, failed }, ...cell }: Cell): CellDocument {
  return { ...cell, timelines: { succeeded: succeeded ?? null, failed: failed ?? null } };
}

function attackDetails(cells: readonly Cell[]): string {
  const [first] = cells;
  const attack = ATTACKS.find(({ name }) => name === first?.attack);
  const lost = cells.find(({ timelines }) => timelines.succeeded !== undefined);
  const held = cells.find(({ timelines }) => timelines.failed !== undefined);
  return [
    `${attack?.name}: ${attack?.title}`,
    "",
    ...timelineLines(lost?.combination, lost?.timelines.succeeded),
    ...timelineLines(held?.combination, held?.timelines.failed),
    ...cellTable(cells),
    "",
  ].join("\n");
}

function timelineLines(
  combination: string | undefined,
  timeline: readonly TimelineEvent[] | undefined,
): readonly string[] {
  if (combination === undefined || timeline === undefined) return [];
  return [`An exchange under ${combination}:`, ...columns(timeline.map(eventCells), "left"), ""];
}

function eventCells({ atMs, actor, action, count }: TimelineEvent): readonly string[] {
  const often = count === 1 ? "" : ` (${count} times)`;
  return [`${atMs} ms`.padStart(10), actor, `${action}${often}`];
}

const DISAGREES = "≠";

const HEADINGS = ["", "believed", "refused", "denied", "detected", "measured", "closed form"];

function cellTable(cells: readonly Cell[]): readonly string[] {
  const rows = cells.map((cell) => [
    cell.combination,
    String(cell.believedCount),
    String(cell.trials - cell.believedCount),
    String(cell.deniedCount),
    String(cell.detectedCount),
    measured(cell),
    chance(cell.closedForm),
  ]);
  return columns([HEADINGS, ...rows], "right");
}

function measured({ successCount, trials, interval, agrees }: Cell): string {
  const bounds = `${bound(interval.low)}–${bound(interval.high)}`;
  return `${chance(successCount / trials)} (${bounds})${agrees ? "" : ` ${DISAGREES}`}`;
}

/** In the line that has the unit already. */
function bound(ratio: number): string {
  return (100 * ratio).toFixed(1).replace(/\.0$/, "");
}

/** Smaller ones are written with an exponent. */
const LEAST_RATIO = 0.0001;

function chance(ratio: number): string {
  if (ratio > 0 && ratio < LEAST_RATIO) return `${(100 * ratio).toExponential(1)} %`;
  return `${Number((100 * ratio).toFixed(2))} %`;
}

const LEGEND_COLUMNS = 4;

/** One letter for each attack: names of this length do not fit above four digits. */
function table(matrix: Matrix): readonly string[] {
  const names = attacksOf(matrix);
  const letters = names.map((_, index) => String.fromCharCode(65 + index));
  const combinations = [...new Set(matrix.cells.map(({ combination }) => combination))];
  const rows = combinations.map((combination) => [
    combination,
    ...names.map((name) => shortCell(matrix, name, combination)),
  ]);
  const legend = names.map((name, index) => `${letters[index]} ${name}`);
  const legendRows = Array.from({ length: Math.ceil(names.length / LEGEND_COLUMNS) }, (_, row) =>
    legend.slice(row * LEGEND_COLUMNS, (row + 1) * LEGEND_COLUMNS),
  );
  return [
    "How often the attack succeeds, in percent:",
    "",
    ...columns([["", ...letters.map((letter) => `${letter} `)], ...rows], "right"),
    "",
    ...columns(legendRows, "left"),
    "! the client noticed something   × it noticed, and got no answer",
  ];
}

function shortCell({ cells }: Matrix, attack: string, combination: string): string {
  const cell = cells.find(
    (candidate) => candidate.attack === attack && candidate.combination === combination,
  );
  if (cell === undefined) return "– ";
  const isMostlyDenied = cell.deniedCount > cell.trials / 2;
  if (!cell.agrees) return `${percent(cell.successCount / cell.trials)}${DISAGREES}`;
  const mark = cell.detectedCount === 0 ? " " : isMostlyDenied ? "×" : "!";
  return `${percent(cell.successCount / cell.trials)}${mark}`;
}

/** Never 0 for what happened, never 100 for what did not always. */
function percent(ratio: number): string {
  if (ratio > 0 && ratio < 0.01) return "<1";
  if (ratio > 0.99 && ratio < 1) return ">99";
  return String(Math.round(100 * ratio));
}

function conclusion(matrix: Matrix, network: MatrixDocument["network"]): readonly string[] {
  const { cells, trials, datagramCount, seed, unplayed } = matrix;
  const where = network === "loopback" ? "real sockets" : "hosts in memory";
  const disagreeing = cells.filter(({ agrees }) => !agrees).length;
  return [
    `${counted(cells.length, "cell")} of ${counted(trials, "exchange")}, ${where}, at most ${counted(datagramCount, "datagram")} of the attacker in each (seed ${seed})`,
    ...(unplayed.length > 0 ? [`Not played here: ${unplayed.join(", ")}`] : []),
    disagreeing === 0
      ? "All agree with the closed form, at 99.9 % for all of them together"
      : `${counted(disagreeing, "cell")} marked ${DISAGREES} disagree with the closed form`,
  ];
}

function attacksOf({ cells }: Matrix): readonly string[] {
  return [...new Set(cells.map(({ attack }) => attack))];
}

function cellsOf({ cells }: Matrix, name: string): readonly Cell[] {
  return cells.filter(({ attack }) => attack === name);
}
