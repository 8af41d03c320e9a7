import type { Accounting, DirectionCounts } from "./accounting.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { ProbeCounts } from "./result.ts";

/**
 * Where datagrams and replies were lost. What a buffer had no room for is put down to it only where nothing else
 * can have been among it; what cannot be told is `unknown`.
 */
export interface LossPlaces {
  /** Datagrams that this host's system had no room for; they are none of those sent. */
  readonly ownSendBufferCount: number;
  readonly forwardPathCount: number;
  readonly peerReceiveBufferCount: number;
  readonly peerSendBufferCount: number;
  readonly backwardPathCount: number;
  readonly ownReceiveBufferCount: number;
  readonly unknownCount: number;
}

/** What a place is told from: what both ends counted, and what that comes to. */
export interface LossEvidence extends Accounting {
  readonly counts: ProbeCounts;
  readonly peer: PeerCounts | undefined;
}

const NOWHERE: LossPlaces = {
  ownSendBufferCount: 0,
  forwardPathCount: 0,
  peerReceiveBufferCount: 0,
  peerSendBufferCount: 0,
  backwardPathCount: 0,
  ownReceiveBufferCount: 0,
  unknownCount: 0,
};

/** Puts every loss in one place. */
export function placeLosses(evidence: LossEvidence): LossPlaces {
  const { counts, peer, forward, backward } = evidence;
  const places = { ...NOWHERE, ownSendBufferCount: counts.noRoomCount };
  if (peer === undefined || forward.lostCount === undefined || backward.lostCount === undefined) {
    return { ...places, ...placeUnanswered(counts, peer) };
  }
  const there = placeForward(forward, forward.lostCount, peer);
  const back = placeBackward(evidence, backward.lostCount, peer);
  const unknownCount = (there.unknownCount ?? 0) + (back.unknownCount ?? 0);
  return { ...places, ...there, ...back, unknownCount };
}

type SomePlaces = Partial<LossPlaces>;

function placeForward(
  { duplicatedCount }: DirectionCounts,
  lostCount: number,
  { droppedCount, foreignCount }: PeerCounts,
): SomePlaces {
  const isOurs = foreignCount === 0 && duplicatedCount === 0;
  const peerReceiveBufferCount = shareOf(lostCount, droppedCount, isOurs);
  if (peerReceiveBufferCount === undefined) return { unknownCount: lostCount };
  return { peerReceiveBufferCount, forwardPathCount: lostCount - peerReceiveBufferCount };
}

function placeBackward(
  { counts, backward }: LossEvidence,
  lostCount: number,
  { unsentCount, foreignCount }: PeerCounts,
): SomePlaces {
  const peerSendBufferCount = shareOf(lostCount, unsentCount, foreignCount === 0);
  const isOurs = !hasStrays(counts) && backward.duplicatedCount === 0;
  const ownReceiveBufferCount = shareOf(lostCount, counts.droppedCount, isOurs);
  if (peerSendBufferCount === undefined || ownReceiveBufferCount === undefined) {
    return { unknownCount: lostCount };
  }
  const backwardPathCount = lostCount - peerSendBufferCount - ownReceiveBufferCount;
  if (backwardPathCount < 0) return { unknownCount: lostCount };
  return { peerSendBufferCount, backwardPathCount, ownReceiveBufferCount };
}

/** Without the far end's account of both directions there is this host's buffer, and all the rest. */
function placeUnanswered(counts: ProbeCounts, peer: PeerCounts | undefined): SomePlaces {
  const { sentCount, answeredCount, replyCount, droppedCount } = counts;
  // Copies may be among what was refused.
  const lostCount = Math.max(0, sentCount - answeredCount - (peer?.refusedCount ?? 0));
  const isOurs = !hasStrays(counts) && replyCount === answeredCount;
  const ownReceiveBufferCount = shareOf(lostCount, droppedCount, isOurs) ?? 0;
  return { ownReceiveBufferCount, unknownCount: lostCount - ownReceiveBufferCount };
}

/**
 * How many of the lost a buffer had no room for. `undefined` where that cannot be told: nobody counts, or
 * what it had no room for may have been something else.
 */
function shareOf(
  lostCount: number,
  noRoomCount: number | undefined,
  isOurs: boolean,
): number | undefined {
  if (noRoomCount === 0) return 0;
  const isTold = noRoomCount !== undefined && isOurs && noRoomCount <= lostCount;
  return isTold ? noRoomCount : undefined;
}

function hasStrays(counts: ProbeCounts): boolean {
  const { wrongSourceCount, malformedCount, wrongHmacCount, forgottenCount } = counts;
  return wrongSourceCount + malformedCount + wrongHmacCount + forgottenCount > 0;
}
