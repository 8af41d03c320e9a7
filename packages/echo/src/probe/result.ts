import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import type { EngineName } from "../engine.ts";
import { EchoError } from "../errors.ts";
import type { Accounting, OwnCounts } from "./accounting.ts";
import { accountFor } from "./accounting.ts";
import type { LossPlaces } from "./loss-places.ts";
import { placeLosses } from "./loss-places.ts";
import type { PeerCounts } from "./packet.ts";
import type { ProbePlan } from "./plan.ts";
import type { ProbeProtocolName } from "./protocol.ts";
import type { StrayCounts } from "./run.ts";
import type { SampleArrays } from "./samples.ts";
import type { OpeningFailure, ProbeSession } from "./session.ts";

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
  /** Datagrams that came and that this host's buffer had no room for; `undefined` where nobody counts. */
  readonly droppedCount: number | undefined;
}

/** What the machine itself adds, measured beforehand. */
export interface NoiseFloor {
  /** Round trips of datagrams that a socket sends to itself. */
  readonly selfRttNs: Float64Array;
  /** How much later than asked for the thread was woken. */
  readonly sleepErrorNs: Float64Array;
}

/** Where a measurement took place. */
export interface ProbePlace
  extends Pick<
    ProbeResult,
    "startedAt" | "target" | "local" | "engine" | "noise" | "isClockSynchronised"
  > {
  readonly plan: ProbePlan;
  /** What the socket had no room for. */
  readonly droppedCount: number | undefined;
}

/** A measurement: what was sent, what came, and what both ends counted. */
export interface ProbeResult extends Accounting {
  /** Where it was lost, as far as that can be told. */
  readonly lossPlaces: LossPlaces;
  /** When it began, by this host's time of day. */
  readonly startedAt: Date;
  readonly target: Endpoint;
  /** Where the datagrams left; with the port that the system chose. */
  readonly local: Endpoint;
  /** What sent and received: a socket of the runtime on its event loop, or one of the kernel's in a thread. */
  readonly engine: EngineName;
  /** Whether it was stopped before it was through. */
  readonly isStopped: boolean;
  /** What the far end was measured with. */
  readonly protocol: ProbeProtocolName;
  /** What was to be sent; the key stays where it was given. */
  readonly plan: Omit<ProbePlan, "key">;
  readonly counts: ProbeCounts;
  /** What the far end says that it saw; `undefined` where it does not say. */
  readonly peer: PeerCounts | undefined;
  /** Whether this host's clock was, in the end, said to be synchronised. */
  readonly isClockSynchronised: boolean;
  /** `undefined` with the engine `portable`, and in a watch. */
  readonly noise: NoiseFloor | undefined;
  /** Every datagram by itself. */
  readonly samples: SampleArrays;
}

/**
 * What a session has come to; it may have sent much and have been answered nothing ({@link isAnswered}).
 *
 * @throws EchoError `ECHO_NOT_LISTENING`, `ECHO_NO_REPLY`, `ECHO_NOT_MEASURABLE` where it could not begin.
 */
export function resultOf(
  session: ProbeSession,
  { droppedCount, plan: { key, ...plan }, ...place }: ProbePlace,
): ProbeResult {
  const { run, protocol, peerCounts: peer, wrongSourceCount, isStopped } = session;
  if (run === undefined || protocol === undefined) {
    throw notMeasurable(place.target, session.failure ?? "silence");
  }
  const { samples, unsentCount, lateCount } = run;
  const counts: ProbeCounts = {
    ...run.counts,
    ...run.strays,
    answeredCount: samples.answeredCount,
    unsentCount,
    lateCount,
    wrongSourceCount,
    droppedCount,
  };
  const accounting = accountFor(counts, peer);
  const lossPlaces = placeLosses({ counts, peer, ...accounting });
  const account = { counts, peer, ...accounting, lossPlaces };
  return { ...place, plan, protocol, isStopped, ...account, samples: samples.arrays() };
}

/** Whether the far end has answered a datagram, or said what it saw. */
export function isAnswered({ counts, peer }: ProbeResult): boolean {
  return counts.answeredCount > 0 || peer !== undefined;
}

/** Why there is nothing to say of a measurement without any answer. */
export function noReply(target: Endpoint): EchoError {
  return notMeasurable(target, "silence");
}

function notMeasurable(target: Endpoint, failure: OpeningFailure): EchoError {
  const who = formatEndpoint(target);
  switch (failure) {
    case "refused":
      return new EchoError("ECHO_NOT_LISTENING", `Nothing is listening at ${who}`);
    case "silence":
      return new EchoError("ECHO_NO_REPLY", `No reply came from ${who}`);
    default:
      return new EchoError("ECHO_NOT_MEASURABLE", `${who} ${UNFIT[failure]}`);
  }
}

const UNFIT: Readonly<Record<Exclude<OpeningFailure, "refused" | "silence">, string>> = {
  echo: "sends back what comes, and does not speak probe; measure with --protocol echo",
  stamp: "is a session-reflector of STAMP; measure with --protocol stamp",
  words: "answers with the length alone, from which replies cannot be told apart",
  full: "has no room for another measurement now; try again later",
};
