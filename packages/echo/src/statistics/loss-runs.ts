/** How losses come in runs: datagrams sent one after the other, all of them lost. */
export interface LossRuns {
  readonly lostCount: number;
  readonly runCount: number;
  /** Datagrams in the longest run; 0 where none was lost. */
  readonly longestRunCount: number;
  /** Datagrams in a run on average (the mean burst length); `undefined` where none was lost. */
  readonly meanRunCount: number | undefined;
}

/** @param received one byte for each datagram, in the order of sending: 0 where it was lost. */
export function lossRunsOf(received: Uint8Array): LossRuns {
  let lostCount = 0;
  let runCount = 0;
  let longestRunCount = 0;
  let currentRunCount = 0;
  for (const isReceived of received) {
    if (isReceived !== 0) {
      currentRunCount = 0;
      continue;
    }
    lostCount++;
    currentRunCount++;
    if (currentRunCount === 1) runCount++;
    longestRunCount = Math.max(longestRunCount, currentRunCount);
  }
  const meanRunCount = runCount === 0 ? undefined : lostCount / runCount;
  return { lostCount, runCount, longestRunCount, meanRunCount };
}
