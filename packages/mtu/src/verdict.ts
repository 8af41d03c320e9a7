import type { TooBigClaim, TooBigReport } from "./too-big-reports.ts";

/** What a measurement says of a path, the gravest first. */
export const VERDICTS = [
  "not-measurable",
  "ptb-lies",
  "asymmetric",
  "black-hole",
  "fragments-dropped",
  "icmp",
  "clean",
] as const;

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/**
 * Where the word that a packet was too large gets lost. `all`: a router knows it and does not say
 * so, it does cut what may be cut. `far`: a nearer router said so of a larger size. `layer2`: not
 * even the router knows. `unknown`: `all` or `layer2`, which only IPv4 tells apart.
 */
export type BlackHoleKind = "all" | "far" | "layer2" | "unknown";

/** How a Packet Too Big was contradicted by what arrived. */
export type PtbLie = Exclude<TooBigClaim, "plausible" | "unstated">;

/** What was found out about one way, in IP packet bytes. */
export interface WayEvidence {
  /** The largest packet that arrived; `undefined` where none did. */
  readonly pathMtuBytes: number | undefined;
  /** Whether nothing larger does. */
  readonly isExact: boolean;
  /** The chance that mere loss kept what is larger from arriving, 0 to 1. */
  readonly errorProbability: number;
}

/** What was found out about a path, in IP packet bytes. */
export interface Evidence {
  readonly forward: WayEvidence;
  /** `undefined` where the way back was not measured by itself. */
  readonly backward: WayEvidence | undefined;
  /** What the first interface lets out. */
  readonly interfaceMtuBytes: number;
  /** Each one quoted a probe of ours. */
  readonly packetsTooBig: readonly TooBigReport[];
  /** Whether datagrams that were cut before they left arrived; `undefined` where that is not known. */
  readonly doFragmentsArrive: boolean | undefined;
  /** IPv4: whether a packet larger than the path MTU arrived where routers were allowed to cut it. */
  readonly doRoutersFragment: boolean | undefined;
}

/** A silence that loss explains with more than this chance says nothing. */
const MAX_DOUBT = 0.01;

/** What a path is, in one word. */
export function judge(evidence: Evidence): Verdict {
  const { pathMtuBytes } = evidence.forward;
  if (pathMtuBytes === undefined) return "not-measurable";
  if (findPtbLie(evidence) !== undefined) return "ptb-lies";
  if (isInDoubt(evidence)) return "not-measurable";
  if (isAsymmetric(evidence)) return "asymmetric";
  if (findBlackHole(evidence) !== undefined) return "black-hole";
  if (evidence.doFragmentsArrive === false) return "fragments-dropped";
  return pathMtuBytes < evidence.interfaceMtuBytes ? "icmp" : "clean";
}

/** Which kind of black hole the path is, if it is one. */
export function findBlackHole(evidence: Evidence): BlackHoleKind | undefined {
  const { forward, interfaceMtuBytes, packetsTooBig, doRoutersFragment } = evidence;
  const { pathMtuBytes } = forward;
  if (pathMtuBytes === undefined || pathMtuBytes >= interfaceMtuBytes) return undefined;
  if (isSaid(evidence) || isInDoubt(evidence)) return undefined;
  if (packetsTooBig.length > 0) return "far";
  if (doRoutersFragment === undefined) return "unknown";
  return doRoutersFragment ? "all" : "layer2";
}

/** Whether a router said what the narrowest link carries, or at least that something was too large. */
function isSaid({ forward, packetsTooBig }: Evidence): boolean {
  return packetsTooBig.some(
    ({ mtuBytes, claim }) => mtuBytes === forward.pathMtuBytes || claim === "unstated",
  );
}

/** Whether what is larger may merely have been lost, and no router says otherwise. */
function isInDoubt(evidence: Evidence): boolean {
  const { forward, interfaceMtuBytes } = evidence;
  const isNarrow = (forward.pathMtuBytes ?? 0) < interfaceMtuBytes;
  return isNarrow && !isSaid(evidence) && forward.errorProbability > MAX_DOUBT;
}

/** The first Packet Too Big that does not fit what arrived, if there is one. */
export function findPtbLie({ packetsTooBig }: Evidence): PtbLie | undefined {
  const lies = packetsTooBig.map(({ claim }) => claim).filter((claim) => isLie(claim));
  return lies[0];
}

function isLie(claim: TooBigClaim): claim is PtbLie {
  return claim !== "plausible" && claim !== "unstated";
}

/** What is only known to carry at least so much may carry as much as the other way. */
function isAsymmetric({ forward, backward }: Evidence): boolean {
  if (backward === undefined) return false;
  const [there, back] = [forward.pathMtuBytes ?? 0, backward.pathMtuBytes ?? 0];
  const isBackDecided = backward.isExact || backward.pathMtuBytes === undefined;
  return (forward.isExact && there < back) || (isBackDecided && back < there);
}
