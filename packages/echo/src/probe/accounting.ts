import type { PeerCounts } from "./peer-counts.ts";

/** What became of datagrams in one direction; `undefined` where it cannot be known. */
export interface DirectionCounts {
  /** Different datagrams of which no copy arrived. */
  readonly lostCount: number | undefined;
  /** Arrivals beyond the first of each. */
  readonly duplicatedCount: number | undefined;
}

/** What the client itself counted of a run. */
export interface OwnCounts {
  /** Datagrams that this host's system took. */
  readonly sentCount: number;
  /** Replies, copies included. */
  readonly replyCount: number;
  /** Different reply numbers among them. */
  readonly distinctReplyCount: number;
  /** The highest reply number among them; -1 where there is none. */
  readonly highestReplyNumber: number;
  /** Replies too far behind the highest number to tell whether they are copies. */
  readonly undecidedCount: number;
}

/** The directions of a run, seen from the client. */
export interface Accounting {
  readonly forward: DirectionCounts;
  readonly backward: DirectionCounts;
}

/**
 * Whether a server can have seen this of what the client knows: each arrival was answered or refused, and
 * the counts are not older than a reply. What cannot be is not believed.
 */
export function isPlausible(own: OwnCounts, peer: PeerCounts): boolean {
  return (
    peer.distinctCount <= own.sentCount &&
    peer.distinctCount + peer.undecidedCount <= peer.copyCount &&
    peer.replyCount + peer.refusedCount === peer.copyCount &&
    peer.replyCount > own.highestReplyNumber
  );
}

const UNKNOWN: DirectionCounts = { lostCount: undefined, duplicatedCount: undefined };

/**
 * Sets what both ends counted side by side, which is exact under any mixture of loss, duplication and
 * reordering. Without the far end's counts nothing is known of one direction by itself.
 */
export function accountFor(own: OwnCounts, peer: PeerCounts | undefined): Accounting {
  if (peer === undefined) return { forward: UNKNOWN, backward: UNKNOWN };
  const { distinctCount, copyCount, undecidedCount, replyCount } = peer;
  const forward =
    undecidedCount > 0
      ? UNKNOWN
      : { lostCount: own.sentCount - distinctCount, duplicatedCount: copyCount - distinctCount };
  const backward =
    own.undecidedCount > 0
      ? UNKNOWN
      : {
          lostCount: replyCount - own.distinctReplyCount,
          duplicatedCount: own.replyCount - own.distinctReplyCount,
        };
  return { forward, backward };
}
