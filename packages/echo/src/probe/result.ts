import type { Endpoint } from "@udp/core";
import {
  addressFamily,
  formatEndpoint,
  STAMP_BASE_BYTES,
  UdpError,
  udpPacketBytes,
} from "@udp/core";
import type { EngineName } from "../engine.ts";
import { EchoError } from "../errors.ts";
import type { Accounting, OwnCounts } from "./accounting.ts";
import { accountFor } from "./accounting.ts";
import type { LossPlaces } from "./loss-places.ts";
import { placeLosses } from "./loss-places.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { ProbePlan } from "./plan.ts";
import type { ProbeProtocolName } from "./protocol.ts";
import type { StrayCounts, UnsentCounts } from "./run.ts";
import type { SampleArrays } from "./samples.ts";
import type { OpeningFailure, ProbeSession } from "./session.ts";

/** What the client counted; datagrams, unless it says otherwise. */
export interface ProbeCounts extends OwnCounts, StrayCounts, UnsentCounts {
  /** Different datagrams that were answered. */
  readonly answeredCount: number;
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
 * @throws UdpError `UDP_TOO_LARGE` where the first datagram was.
 */
export function resultOf(
  session: ProbeSession,
  { droppedCount, plan: { key, ...plan }, ...place }: ProbePlace,
): ProbeResult {
  const { run, protocol, failure, peerCounts: peer, wrongSourceCount, isStopped } = session;
  if (failure === "too-large") throw tooLarge(session, place.target, plan);
  if (failure !== undefined || run === undefined || protocol === undefined) {
    throw notMeasurable(place.target, failure ?? "silence");
  }
  const { samples, unsent, lateCount } = run;
  const counts: ProbeCounts = {
    ...run.counts,
    ...run.strays,
    ...unsent,
    answeredCount: samples.answeredCount,
    lateCount,
    wrongSourceCount,
    droppedCount,
  };
  const accounting = accountFor(counts, peer);
  const lossPlaces = placeLosses({ counts, peer, ...accounting });
  const account = { counts, peer, ...accounting, lossPlaces };
  return { ...place, plan, protocol, isStopped, ...account, samples: samples.arrays() };
}

/** Whether the far end has answered a datagram, or said what it saw of those that were sent. */
export function isAnswered({ counts, peer }: Pick<ProbeResult, "counts" | "peer">): boolean {
  return counts.sentCount > 0 && (counts.answeredCount > 0 || peer !== undefined);
}

/** Why there is nothing to say of a measurement without any answer. */
export function noReply({
  target,
  counts,
  plan,
}: Pick<ProbeResult, "target" | "counts" | "plan">): EchoError {
  const who = formatEndpoint(target);
  const { sentCount, missedCount, wrongHmacCount, malformedCount, forgottenCount } = counts;
  const unfit = (why: string): EchoError => new EchoError("ECHO_NOT_MEASURABLE", `${who} ${why}`);
  if (sentCount === 0) {
    const why = missedCount > 0 ? `${who} was ready too late` : `Nothing could be sent to ${who}`;
    return new EchoError("ECHO_NO_REPLY", why);
  }
  if (wrongHmacCount > 0) return unfit("answers with another key, or with none");
  if (forgottenCount > 0) return unfit("has forgotten the measurement");
  if (malformedCount === 0) return notMeasurable(target, "silence");
  const advice = plan.protocol === "auto" ? "" : "; --protocol auto finds out what it speaks";
  return unfit(`answers, but not with what was sent${advice}`);
}

function tooLarge(
  { mtuBytes }: ProbeSession,
  target: Endpoint,
  plan: Pick<ProbePlan, "payloadBytes" | "dontFragment">,
): UdpError {
  const headerBytes = udpPacketBytes(0, addressFamily(target.address));
  const size = mtuBytes === undefined ? "a smaller --size" : `--size ${mtuBytes - headerBytes}`;
  const others = plan.dontFragment ? " or without --df" : "";
  return new UdpError(
    "UDP_TOO_LARGE",
    `Payload too large for the path to ${formatEndpoint(target)}: ${plan.payloadBytes} bytes; try ${size}${others}`,
  );
}

function notMeasurable(target: Endpoint, failure: Exclude<OpeningFailure, "too-large">): EchoError {
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

const UNFIT: Readonly<
  Record<Exclude<OpeningFailure, "refused" | "silence" | "too-large">, string>
> = {
  echo: "sends back what comes, and does not speak probe; measure with --protocol echo",
  stamp: "is a session-reflector of STAMP; measure with --protocol stamp",
  words: "answers with the length alone, from which replies cannot be told apart",
  "too-short": `is a session-reflector of STAMP, whose packets have ${STAMP_BASE_BYTES.plain} bytes and more; measure with --size ${STAMP_BASE_BYTES.plain}`,
  others: "answers, but not with what it was asked for",
  full: "has no room for another measurement now; try again later",
};
