/** One microsecond. */
export const SHORTEST_TIMEOUT_MS = 0.001;

/** One day: no wait for an answer is for ever. */
export const LONGEST_TIMEOUT_MS = 86_400_000;
