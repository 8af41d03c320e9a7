const MIN_PROBES = 3;
const MAX_PROBES = 8;

/** How likely chance alone may be to silence every probe, where {@link MAX_PROBES} suffice for it. */
const CHANCE_OF_SILENCE = 0.01;

/** How many unanswered probes say that it is not mere loss, where this part of others was answered. */
export function probeCountAgainstLoss(answeredRatio: number): number {
  const wanted = Math.ceil(Math.log(CHANCE_OF_SILENCE) / Math.log1p(-answeredRatio));
  return Math.min(Math.max(wanted, MIN_PROBES), MAX_PROBES);
}
