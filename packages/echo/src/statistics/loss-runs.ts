/** Losses that follow each other directly. */
export interface LossRuns {
  readonly lostCount: number;
  readonly runCount: number;
  readonly longestRunCount: number;
}

/** Looks for runs among datagrams in the order in which they were sent; NaN stands for a lost one. */
export function lossRuns(receivedAtNs: Float64Array): LossRuns {
  let [lostCount, runCount, longestRunCount, run] = [0, 0, 0, 0];
  for (const atNs of receivedAtNs) {
    run = Number.isNaN(atNs) ? run + 1 : 0;
    if (run > 0) lostCount++;
    if (run === 1) runCount++;
    longestRunCount = Math.max(longestRunCount, run);
  }
  return { lostCount, runCount, longestRunCount };
}
