import type { DiscoveryProgress, DiscoveryStage } from "../discovery/discovery-session.ts";
import type { SizeWitness } from "../probe-ledger.ts";
import type { TooBigReport } from "../too-big-reports.ts";

/** How far a measurement has come: the sizes that were tried, the largest first, and their fate. */
export function ladder({ stage, way }: DiscoveryProgress): readonly string[] {
  if (way === undefined) return [STAGES[stage]];
  const { sizes, tooBigReports, probeCount, roundTripCount } = way;
  const width = String(sizes.at(-1)?.bytes ?? 0).length;
  const rungs = sizes.toReversed().map((size) => {
    return `  ${String(size.bytes).padStart(width)}  ${fateOf(size, tooBigReports)}`;
  });
  return [`${STAGES[stage]}: probe ${probeCount}, round trip ${roundTripCount}`, ...rungs];
}

const STAGES: Readonly<Record<DiscoveryStage, string>> = {
  there: "The way there",
  back: "The way back",
  fragments: "Whether fragments arrive",
  over: "Measured",
};

function fateOf(size: SizeWitness, reports: readonly TooBigReport[]): string {
  if (size.acknowledgedCount > 0) return "confirmed";
  if (size.refusedCount > 0) return "too big for this host";
  if (reports.some(({ quotedBytes }) => quotedBytes <= size.bytes))
    return "too big: a router says so";
  return size.awaitedCount > 0 ? "sent" : `lost ${size.sentCount}`;
}
