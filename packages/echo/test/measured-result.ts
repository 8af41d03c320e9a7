import { placeLosses } from "../src/probe/loss-places.ts";
import type { PeerCounts } from "../src/probe/peer-counts.ts";
import { probePlan } from "../src/probe/plan.ts";
import type { ProbeCounts, ProbeResult } from "../src/probe/result.ts";
import { ProbeSamples } from "../src/probe/samples.ts";

/** When its clocks begin. */
export const ORIGIN_UNIX_NS = 1_800_000_000_000_000_000n;

/** Of three datagrams. */
export const COUNTS: ProbeCounts = {
  sentCount: 3,
  replyCount: 2,
  distinctReplyCount: 2,
  highestReplyNumber: 1,
  answeredCount: 2,
  undecidedCount: 0,
  unsentCount: 0,
  noRoomCount: 0,
  tooLargeCount: 0,
  missedCount: 0,
  lateCount: 0,
  wrongSourceCount: 0,
  malformedCount: 0,
  wrongHmacCount: 0,
  forgottenCount: 0,
  droppedCount: 0,
};

/** Of a session of which a server has seen nothing. */
export const NOTHING_SEEN: PeerCounts = {
  distinctCount: 0,
  copyCount: 0,
  replyCount: 0,
  refusedCount: 0,
  undecidedCount: 0,
  unsentCount: 0,
  foreignCount: 0,
  droppedCount: 0,
};

/** What is known of clocks. */
export interface Clocks {
  readonly isOwnSynchronised: boolean;
  readonly isPeerSynchronised: boolean;
  readonly hasKernelStamps: boolean;
}

/** The program is held up so long before it sees the second reply. */
export const HELD_UP_NS = 200_000;

/** So long after its time each datagram leaves. */
export const LATE_NS = 30_000;

/** Three datagrams a millisecond apart, of which the last is lost; 40 µs there, 1 µs at the far end, 60 µs back. */
export function resultWith(clocks: Clocks): ProbeResult {
  const unknown = { lostCount: undefined, duplicatedCount: undefined };
  return {
    startedAt: new Date("2026-11-26T03:00:00.123Z"),
    target: { address: "192.0.2.1", port: 1060 },
    local: { address: "192.0.2.2", port: 40_000 },
    engine: "linux",
    isStopped: false,
    protocol: "probe",
    plan: probePlan({ count: 3 }),
    isClockSynchronised: clocks.isOwnSynchronised,
    counts: COUNTS,
    peer: undefined,
    noise: undefined,
    forward: unknown,
    backward: unknown,
    lossPlaces: placeLosses({
      counts: COUNTS,
      peer: undefined,
      forward: unknown,
      backward: unknown,
    }),
    samples: samplesWith(clocks).arrays(),
  };
}

function samplesWith({ isPeerSynchronised, hasKernelStamps }: Clocks): ProbeSamples {
  const samples = new ProbeSamples();
  for (let number = 0; number < 3; number++) {
    const atNs = number * 1_000_000;
    const intendedAtNs = atNs - LATE_NS;
    samples.noteSent({ intendedAtNs, sentAtNs: atNs, returnedAtNs: atNs + 2000 });
    const sentAtUnixNs = ORIGIN_UNIX_NS + BigInt(atNs);
    if (hasKernelStamps) samples.noteKernelSend(number, sentAtUnixNs);
    if (number === 2) break;
    samples.noteReply(
      {
        number,
        receivedAtUnixNs: sentAtUnixNs + 40_000n,
        sentAtUnixNs: sentAtUnixNs + 41_000n,
        isClockSynchronised: isPeerSynchronised || number === 0,
        hopLimit: 61 - number,
      },
      {
        atNs: atNs + 101_000 + number * HELD_UP_NS,
        arrivedAtUnixNs: hasKernelStamps ? sentAtUnixNs + 101_000n : undefined,
      },
    );
  }
  return samples;
}
