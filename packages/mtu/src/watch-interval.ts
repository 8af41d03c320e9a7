/** How often a watched result may be confirmed at most. */
export const SHORTEST_INTERVAL_MS = 1000;

/** Well below PMTU_RAISE_TIMER, as RFC 8899 section 5.1.1 asks. */
export const LONGEST_INTERVAL_MS = 300_000;
