import type { LossEstimate } from "./loss-estimate.ts";
import { chanceAllLost } from "./loss-estimate.ts";

/** What the next burst of probes depends on. */
export interface SearchView {
  /** The largest size that arrived. */
  readonly confirmedBytes: number;
  /** The smallest larger size of which a copy is missing; `undefined` before there is one. */
  readonly missingBytes: number | undefined;
  /** How many copies of the size above the confirmed one, and of the missing one, are missing. */
  readonly missingCount: (bytes: number) => number;
  readonly maxBytes: number;
  readonly loss: LossEstimate;
  /** What a Packet Too Big message claims to pass. */
  readonly hintBytes: number | undefined;
  /** In ascending order. */
  readonly candidates: readonly number[];
  readonly maxProbesAtOnce: number;
  readonly maxErrorProbability: number;
  /** The least probes of the confirmed size: those against which the others are compared. */
  readonly controlCount: number;
}

type BurstLimits = Pick<SearchView, "maxBytes" | "maxProbesAtOnce" | "controlCount">;

/** Where the first burst looks: between them lie nearly all paths. */
const LANDMARKS: readonly number[] = [1400, 1480, 1500, 9000];

/** Sizes that one burst of a bisection tries: the interval shrinks to a sixth. */
const SECTION_PROBES = 5;

/** A missing size is tried again while mere loss is more probable than this. */
const MAX_DOUBT = 0.1;
const MAX_REPEATS = 3;

/** The sizes of the first burst: the base, and landmarks above it up to the maximum. */
export function planFirstBurst(baseBytes: number, view: BurstLimits): readonly number[] {
  return withControls(landmarksAbove(baseBytes, view.maxBytes), {
    ...view,
    confirmedBytes: baseBytes,
  });
}

/** The sizes of a burst where not even the base is answered: the minimum, and common ones up to the base. */
export function planBelowBase(
  minBytes: number,
  baseBytes: number,
  view: BurstLimits & Pick<SearchView, "candidates">,
): readonly number[] {
  const larger = view.candidates.filter((bytes) => bytes > minBytes && bytes < baseBytes);
  if (baseBytes > minBytes) larger.push(baseBytes);
  const room = view.maxProbesAtOnce - view.controlCount;
  return withControls(spread(larger, room), { ...view, confirmedBytes: minBytes });
}

/** The sizes of the next burst of a search that goes on: those that decide, and controls. */
export function planBurst(view: SearchView): readonly number[] {
  const { confirmedBytes, missingBytes, hintBytes } = view;
  if (missingBytes === confirmedBytes + 1 || hintBytes === confirmedBytes) {
    return planRefutation(confirmedBytes, view);
  }
  if (hintBytes !== undefined) return planHint(hintBytes, view);
  if (missingBytes === undefined)
    return withControls(landmarksAbove(confirmedBytes, view.maxBytes), view);
  return planNarrowing(missingBytes, view);
}

/** What a router says that it passes, and one byte more. */
function planHint(hintBytes: number, view: SearchView): readonly number[] {
  if (hintBytes >= view.maxBytes) return withControls([view.maxBytes], view);
  const room = view.maxProbesAtOnce - view.controlCount;
  return withControls(planRefutation(hintBytes, { ...view, maxProbesAtOnce: room }), view);
}

function planNarrowing(missingBytes: number, view: SearchView): readonly number[] {
  const { confirmedBytes, candidates, maxProbesAtOnce, controlCount } = view;
  const repeats = Array<number>(repeatCount(missingBytes, view)).fill(missingBytes);
  const room = Math.max(maxProbesAtOnce - controlCount - repeats.length, 1);
  const common = candidates.filter((bytes) => bytes > confirmedBytes && bytes < missingBytes);
  if (common.length > 0) return withControls([...spread(common, room), ...repeats], view);
  if (candidates.includes(confirmedBytes)) return planRefutation(confirmedBytes, view);
  const section = sectionOf(confirmedBytes, missingBytes, Math.min(room, SECTION_PROBES));
  return withControls([...section, ...repeats], view);
}

/**
 * The fewest copies of the size above, and controls, that bring the chance of an error below its
 * bound if the copies stay away and the controls arrive; otherwise those that come nearest to it.
 */
function planRefutation(passingBytes: number, view: SearchView): readonly number[] {
  const { maxProbesAtOnce, maxErrorProbability, controlCount } = view;
  let best: RefutationPlan | undefined;
  for (let total = controlCount + 1; total <= maxProbesAtOnce; total++) {
    best = bestSplit(total, passingBytes, view);
    if (best.errorProbability <= maxErrorProbability) break;
  }
  const { copies, controls } = best ?? { copies: 1, controls: controlCount };
  return interleave(copies, passingBytes + 1, controls, passingBytes);
}

interface RefutationPlan {
  readonly copies: number;
  readonly controls: number;
  readonly errorProbability: number;
}

function bestSplit(total: number, passingBytes: number, view: SearchView): RefutationPlan {
  const { loss, controlCount } = view;
  const missingCount = view.missingCount(passingBytes + 1);
  const splits = Array.from({ length: total - controlCount }, (_, index) => {
    const controls = controlCount + index;
    const copies = total - controls;
    const expected = { ...loss, arrivedCount: loss.arrivedCount + controls };
    return { copies, controls, errorProbability: chanceAllLost(expected, missingCount + copies) };
  });
  return splits.reduce((best, split) =>
    split.errorProbability < best.errorProbability ? split : best,
  );
}

/** Controls between the copies, so that a short outage takes both. */
function interleave(
  copies: number,
  copyBytes: number,
  controls: number,
  controlBytes: number,
): readonly number[] {
  const sizes = Array<number>(copies).fill(copyBytes);
  const step = copies / (controls + 1);
  for (let index = controls; index > 0; index--) {
    sizes.splice(Math.round(step * index), 0, controlBytes);
  }
  return sizes;
}

function repeatCount(bytes: number, view: SearchView): number {
  const missing = view.missingCount(bytes);
  let repeats = 0;
  while (repeats < MAX_REPEATS && chanceAllLost(view.loss, missing + repeats) > MAX_DOUBT)
    repeats++;
  return repeats;
}

function withControls(
  sizes: readonly number[],
  view: Pick<SearchView, "confirmedBytes" | "maxProbesAtOnce" | "controlCount">,
): readonly number[] {
  const controls = Array<number>(view.controlCount).fill(view.confirmedBytes);
  return [...controls, ...sizes].slice(0, view.maxProbesAtOnce);
}

function landmarksAbove(bytes: number, maxBytes: number): readonly number[] {
  const landmarks = LANDMARKS.filter((landmark) => landmark > bytes && landmark < maxBytes);
  return maxBytes > bytes ? [...landmarks, maxBytes] : landmarks;
}

/** At most `count` of the sizes, evenly from all of them. */
function spread(sizes: readonly number[], count: number): readonly number[] {
  if (sizes.length <= count) return sizes;
  return sizes.filter(
    (_, index) =>
      Math.floor((index * count) / sizes.length) !==
      Math.floor(((index - 1) * count) / sizes.length),
  );
}

/** At most `count` sizes that cut the interval between two others evenly. */
function sectionOf(lowBytes: number, highBytes: number, count: number): readonly number[] {
  const gap = highBytes - lowBytes;
  const cuts = Math.min(count, gap - 1);
  return Array.from({ length: cuts }, (_, index) => {
    return lowBytes + Math.round((gap * (index + 1)) / (cuts + 1));
  });
}
