import type { Endpoint } from "@udp/core";
import type { Accounting, OwnCounts } from "./accounting.ts";
import { accountFor } from "./accounting.ts";
import type { PeerCounts } from "./packet.ts";
import type { ProbePlan } from "./plan.ts";
import type { ProbeProtocolName } from "./protocol.ts";
import type { StrayCounts } from "./run.ts";
import type { SampleArrays } from "./samples.ts";
import type { ProbeSession } from "./session.ts";

/** What the client counted; datagrams, unless it says otherwise. */
export interface ProbeCounts extends OwnCounts, StrayCounts {
  /** Different datagrams that were answered. */
  readonly answeredCount: number;
  /** Datagrams that this host's system did not take; they are none of those sent. */
  readonly unsentCount: number;
  /** Replies that came later than the plan allows; they are among the others. */
  readonly lateCount: number;
  /** Datagrams that came from somebody else. */
  readonly wrongSourceCount: number;
}

/** A measurement: what was sent, what came, and what both ends counted. */
export interface ProbeResult extends Accounting {
  readonly target: Endpoint;
  /** What the far end was measured with. */
  readonly protocol: ProbeProtocolName;
  readonly plan: ProbePlan;
  readonly counts: ProbeCounts;
  /** What the far end says that it saw; `undefined` where it does not say. */
  readonly peer: PeerCounts | undefined;
  /** Every datagram by itself. */
  readonly samples: SampleArrays;
}

/** What a session has come to; `undefined` where nothing could be measured. */
export function resultOf(
  session: ProbeSession,
  target: Endpoint,
  plan: ProbePlan,
): ProbeResult | undefined {
  const { run, protocol, peerCounts: peer, wrongSourceCount } = session;
  if (run === undefined || protocol === undefined) return undefined;
  const { samples, unsentCount, lateCount } = run;
  const counts: ProbeCounts = {
    ...run.counts,
    ...run.strays,
    answeredCount: samples.answeredCount,
    unsentCount,
    lateCount,
    wrongSourceCount,
  };
  const accounting = accountFor(counts, peer);
  return { target, protocol, plan, counts, peer, ...accounting, samples: samples.arrays() };
}
