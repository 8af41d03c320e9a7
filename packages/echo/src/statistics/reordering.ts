/** How far datagrams came out of order, RFC 4737. */
export interface Reordering {
  /** Those that came after one that was sent later (section 3). */
  readonly reorderedCount: number;
  /** The largest reordering extent (section 4.2.1): so many arrivals lie between where it came and where it first was overtaken. */
  readonly maxExtent: number;
}

/**
 * Looks for reordering.
 *
 * @param arrivals numbers of datagrams as they were sent, in the order of their arrivals, each once.
 */
export function findReordering(arrivals: Float64Array): Reordering {
  let [reorderedCount, maxExtent] = [0, 0];
  const leaders: Leader[] = [];
  for (const [index, number] of arrivals.entries()) {
    const highest = leaders.at(-1)?.number ?? Number.NEGATIVE_INFINITY;
    if (number >= highest) {
      leaders.push({ number, index });
      continue;
    }
    reorderedCount++;
    maxExtent = Math.max(maxExtent, index - firstAbove(leaders, number));
  }
  return { reorderedCount, maxExtent };
}

/** An arrival with a higher number than all before it. */
interface Leader {
  readonly number: number;
  readonly index: number;
}

/** Where the first arrival stands whose number is above this one: a leader, as it is above all before it. */
function firstAbove(leaders: readonly Leader[], number: number): number {
  let [low, high] = [0, leaders.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leaders[middle]?.number ?? 0) > number) high = middle;
    else low = middle + 1;
  }
  return leaders[low]?.index ?? 0;
}
