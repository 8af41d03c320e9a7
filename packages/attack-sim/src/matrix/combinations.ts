import type { Combination } from "../defences/defence.ts";
import { PRESETS, parseCombination } from "../defences/defence.ts";

const ROWS = [
  "none",
  "source-check",
  "source-check+patience",
  "connected",
  "few-ports",
  "random-port",
  "id-8",
  "id-8+patience",
  "id-16+patience",
  "id-32+patience",
  "id-64+patience",
  "id-8+patience+one-in-flight",
  "id-8+patience+alarm",
  "few-ports+id-8+patience",
  "hmac+patience",
  "hmac+replay-window+patience",
  "time-window+patience",
];

/** The defences that the matrix sets side by side: one by one, and as they are used together. */
export const COMBINATIONS: readonly Combination[] = [...ROWS, ...PRESETS.keys()].map(
  parseCombination,
);
