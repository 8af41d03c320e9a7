import { meanOf } from "./mean.ts";

/** Points of a plane: one index, one point. */
export interface Points {
  /** Never falls. */
  readonly x: Float64Array;
  /** As many. */
  readonly y: Float64Array;
}

/** A line through one of the points. */
export interface Line {
  readonly throughIndex: number;
  /** How much y grows with each x. */
  readonly slope: number;
}

/**
 * Of all lines that no point lies below, the one from which they are the least far above, in sum. It
 * prolongs the side of the lower convex hull that spans the mean of x, since the sum is the number of
 * points times the mean distance, and that is the distance at the mean. `undefined` where all points
 * have the same x.
 */
export function lineBelow(points: Points): Line | undefined {
  const hull = lowerHull(points);
  const meanX = meanOf(points.x);
  const rightCorner = hull.findIndex((index) => at(points.x, index) > meanX);
  const left = hull[rightCorner - 1];
  const right = hull[rightCorner];
  if (left === undefined || right === undefined) return undefined;
  const rise = at(points.y, right) - at(points.y, left);
  return { throughIndex: left, slope: rise / (at(points.x, right) - at(points.x, left)) };
}

/** The highest level line that no point lies below. */
export function levelLineBelow({ y }: Points): Line {
  let throughIndex = 0;
  for (const [index, height] of y.entries()) {
    if (height < at(y, throughIndex)) throughIndex = index;
  }
  return { throughIndex, slope: 0 };
}

/** How far each point is above a line that none lies below: 0 or more. */
export function heightsAbove({ x, y }: Points, { throughIndex, slope }: Line): Float64Array {
  const originX = at(x, throughIndex);
  const originY = at(y, throughIndex);
  return y.map((height, index) => {
    const rise = slope * (at(x, index) - originX);
    // A point on the line may seem to be below it by a rounding.
    return Math.max(0, height - originY - rise);
  });
}

/** The corners of the lower convex hull from left to right, as indices (Andrew's monotone chain). */
function lowerHull(points: Points): readonly number[] {
  const corners: number[] = [];
  for (const index of points.x.keys()) {
    if (isRightAbove(points, corners.at(-1), index)) continue;
    while (corners.length > 1 && !isBelow(points, corners, index)) corners.pop();
    corners.push(index);
  }
  return corners;
}

/** Of points with one x only the lowest can be a corner. */
function isRightAbove({ x, y }: Points, last: number | undefined, index: number): boolean {
  return last !== undefined && at(x, index) === at(x, last) && at(y, index) >= at(y, last);
}

/** Whether the last corner lies below the straight way from the corner before it to a new point. */
function isBelow({ x, y }: Points, corners: readonly number[], index: number): boolean {
  const before = corners.at(-2) ?? 0;
  const last = corners.at(-1) ?? 0;
  const [lastX, lastY] = [at(x, last) - at(x, before), at(y, last) - at(y, before)];
  const [newX, newY] = [at(x, index) - at(x, before), at(y, index) - at(y, before)];
  return lastX * newY > lastY * newX;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
