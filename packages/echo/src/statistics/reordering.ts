/** Reordering as RFC 4737 measures it. */
export interface Reordering {
  /** Datagrams that arrived after one that was sent later (section 3). */
  readonly reorderedCount: number;
  /** Their part of all that arrived, 0 to 1; `undefined` where nothing arrived. */
  readonly reorderedRatio: number | undefined;
  /**
   * For each reordered datagram, in the order of arrival: how many arrivals before it the first one
   * came that was sent later (section 4.2). So much would a receiver have to buffer.
   */
  readonly extents: Uint32Array;
  /** The largest extent; 0 where there is none. */
  readonly maxExtent: number;
}

/**
 * @param sequence in the order of arrival, the place of each datagram in the order of sending. Each
 *   comes once, duplicates are left out, and numbers that wrapped are unwrapped.
 */
export function reorderingOf(sequence: Uint32Array): Reordering {
  const extents = extentsOf(sequence);
  const reorderedCount = extents.length;
  return {
    reorderedCount,
    reorderedRatio: sequence.length === 0 ? undefined : reorderedCount / sequence.length,
    extents,
    maxExtent: extents.reduce((largest, extent) => Math.max(largest, extent), 0),
  };
}

function extentsOf(sequence: Uint32Array): Uint32Array {
  const extents: number[] = [];
  const highestSoFar = new Uint32Array(sequence.length);
  let highest = 0;
  for (const [index, number] of sequence.entries()) {
    if (number < highest) extents.push(index - firstAbove(highestSoFar, index, number));
    highest = Math.max(highest, number);
    highestSoFar[index] = highest;
  }
  return Uint32Array.from(extents);
}

/** The first index whose number is above the limit: one before `end` is, and they never fall. */
function firstAbove(rising: Uint32Array, end: number, limit: number): number {
  let low = 0;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
