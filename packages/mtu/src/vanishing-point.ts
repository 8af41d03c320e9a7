import type { HopRecord } from "./hop.ts";

/** Where packets of a size vanish without a word, found by hops. */
export interface VanishingPoint {
  /** The last hop that answers this size: the narrow link is behind it. 0 is this host. */
  readonly afterHop: number;
  /** The first hop behind it that answers small packets, and none of these. */
  readonly beforeHop: number;
  /** Packets of this size that were sent to it and to hops behind it, and brought nothing. */
  readonly unansweredCount: number;
}

/** A hop, and how many packets of the size in question were sent to it. */
export interface TriedHop {
  readonly record: HopRecord;
  readonly sentCount: number;
}

/** The link that packets of a size do not get over; `undefined` where no hop shows it. */
export function findVanishingPoint(
  hops: readonly TriedHop[],
  packetBytes: number,
): VanishingPoint | undefined {
  const passed = hops.findLastIndex(({ record }) => record.answers(packetBytes));
  const behind = hops.slice(passed + 1);
  const deaf = behind.filter(({ record, sentCount }) => record.answeredCount > 0 && sentCount > 0);
  const [first] = deaf;
  if (first === undefined) return undefined;
  return {
    afterHop: hops[passed]?.record.hop ?? 0,
    beforeHop: first.record.hop,
    unansweredCount: deaf.reduce((sum, { sentCount }) => sum + sentCount, 0),
  };
}
