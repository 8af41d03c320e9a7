import type { Destination } from "./destination.ts";
import type { DiscoveryRules } from "./discovery-session.ts";
import { DEFAULT_LEISURE_MS } from "./discovery-session.ts";

/** When a discovery asks, and when it ends. */
export interface DiscoverySchedule {
  readonly rules: DiscoveryRules;
  /** From the first query on; `Infinity` where it goes on and on. */
  readonly durationMs: number;
}

/** Over which part of the wait answers are spread at most. */
const LEISURE_RATIO = 0.3;

/** From one query of a round to the next. */
const SPACING_MS = 2;

/**
 * Where hosts are asked one by one: queries for those that are not there wait for their ARP, 3 s on
 * Linux, and fill the buffer of the socket, as 168 of them do.
 */
const SWEEP_SPACING_MS = 25;
const SWEEP_ROUNDS = 2;

/** Where it goes on and on, quiet networks are asked ever more rarely, up to this. */
const WATCH_INTERVAL_MS = 60_000;

/**
 * Asks as often as the networks allow, as long as there is the time to answer; each host by itself
 * twice.
 *
 * @param waitMs from when all were asked; `Infinity` to go on and on.
 */
export function scheduleFor(
  destinations: readonly Destination[],
  waitMs: number,
): DiscoverySchedule {
  const isSweep = destinations.some(({ method }) => method === "unicast");
  const spacingMs = isSweep ? SWEEP_SPACING_MS : SPACING_MS;
  const endless = Number.POSITIVE_INFINITY;
  if (waitMs === endless) {
    const rules = { spacingMs, rounds: endless, maxIntervalMs: WATCH_INTERVAL_MS };
    return { rules, durationMs: endless };
  }
  const roundMs = spacingMs * destinations.length;
  const leisureMs = Math.min(DEFAULT_LEISURE_MS, Math.round(LEISURE_RATIO * waitMs));
  const rules = { spacingMs, leisureMs, askingMs: roundMs + waitMs - leisureMs };
  return isSweep
    ? { rules: { ...rules, rounds: SWEEP_ROUNDS }, durationMs: SWEEP_ROUNDS * roundMs + waitMs }
    : { rules: { ...rules, rounds: endless }, durationMs: roundMs + waitMs };
}
