import type { Grade } from "./grade.ts";
import { gradeOfBits, worstOf } from "./grade.ts";
import type { Spread } from "./spread.ts";
import { spreadOf } from "./spread.ts";

/** What a false answer can be. */
export const DECEITS = ["other-port", "other-address", "wrong-id", "earlier-answer"] as const;

/** One of {@link DECEITS}. */
export type Deceit = (typeof DECEITS)[number];

/**
 * What a client did with a false answer that came before the true one. `waited`: it showed the truth.
 * `gave-up`: it did not, and ended badly. `believed`: it showed the lie, and did not. `unclear`: it
 * showed neither.
 */
export type Reaction = "believed" | "gave-up" | "waited" | "unclear";

/** What was seen of a client. */
export interface ClientObservation {
  /** The source ports of its requests, in order; two or more. */
  readonly ports: readonly number[];
  /** The numbers at the place that was given; empty where none was. */
  readonly ids: readonly number[];
  /** How many bits an id has there; 0 where none was given. */
  readonly idBits: number;
  readonly reactions: Readonly<Partial<Record<Deceit, Reaction>>>;
  /** Whether it showed one answer twice, where it came twice. */
  readonly showsDuplicates: boolean;
}

/** One line of the report. */
export interface ClientFinding {
  /** What was looked at. */
  readonly what: "port" | "id" | Deceit | "duplicate";
  /** What that is worth. */
  readonly grade: Grade;
  /** What was seen, in words. */
  readonly seen: string;
  /** What to do about it; `undefined` where nothing needs to be done. */
  readonly advice?: string;
}

/** What a client is worth against forged answers. */
export interface ClientGrade {
  readonly grade: Grade;
  /** What somebody who sees nothing has to guess: bits of the port, and of the id where it counts. */
  readonly unpredictableBits: number;
  readonly findings: readonly ClientFinding[];
}

/**
 * Grades a client as the port test of DNS-OARC graded resolvers. Ports and ids count together, ids
 * where another one is not believed; the grade is the worst of theirs and of what was done about each
 * deceit.
 */
export function gradeClient(observation: ClientObservation): ClientGrade {
  const { ports, ids, reactions } = observation;
  const port = spreadOf(ports, PORT_BITS);
  const id = ids.length > 1 ? spreadOf(ids, observation.idBits) : undefined;
  const isIdChecked = reactions["wrong-id"] === "waited" || reactions["wrong-id"] === "gave-up";
  const idBits = id !== undefined && isIdChecked ? usefulBits(id) : 0;
  const unpredictableBits = usefulBits(port) + idBits;
  // One of the two is enough, if it is hard to guess.
  const isEnough = gradeOfBits(unpredictableBits) === "GREAT";
  const findings = [
    spreadFinding("port", port, isEnough ? undefined : PORT_ADVICE),
    ...(id === undefined ? [] : [spreadFinding("id", id, isEnough ? undefined : ID_ADVICE)]),
    ...Object.entries(reactions).map(([deceit, reaction]) =>
      reactionFinding(deceit as Deceit, reaction),
    ),
    duplicateFinding(observation.showsDuplicates),
  ];
  const behaviour = findings.filter(({ what }) => what !== "port" && what !== "id");
  const grade = worstOf([
    gradeOfBits(unpredictableBits),
    ...behaviour.map((finding) => finding.grade),
  ]);
  return { grade, unpredictableBits, findings };
}

const PORT_BITS = 16;

const PORT_ADVICE =
  "let the system choose the source port, for each request anew (port 0, RFC 6056)";
const ID_ADVICE =
  "draw the id from a cryptographic generator, over its whole range (RFC 5452), of 32 bits or more";

/** What counts up, or is always the same, is no guess at all. */
function usefulBits({ bits, isCounting, distinctCount }: Spread): number {
  return isCounting || distinctCount === 1 ? 0 : bits;
}

function spreadFinding(
  what: "port" | "id",
  spread: Spread,
  advice: string | undefined,
): ClientFinding {
  const grade = gradeOfBits(usefulBits(spread));
  const { count, distinctCount, standardDeviation, bits, isCounting } = spread;
  const order = isCounting ? ", counting" : "";
  const deviation = Math.round(standardDeviation).toLocaleString("en-US");
  const seen = `${distinctCount} different in ${count}, standard deviation ${deviation} (${bits.toFixed(1)} bits)${order}`;
  return { what, grade, seen, ...(grade !== "GREAT" && advice && { advice }) };
}

const REACTIONS: Readonly<Record<Reaction, { readonly grade: Grade; readonly seen: string }>> = {
  believed: { grade: "POOR", seen: "believed" },
  "gave-up": { grade: "GOOD", seen: "not believed, but it gave up" },
  waited: { grade: "GREAT", seen: "ignored, and the true answer believed" },
  unclear: { grade: "GOOD", seen: "unclear: neither the lie nor the truth was shown" },
};

const ADVICE: Readonly<Record<Deceit, string>> = {
  "other-port": "compare the port of each answer with the server's, or connect the socket",
  "other-address": "compare the address of each answer with the server's, or connect the socket",
  "wrong-id": "compare the id of each answer with that of the request",
  "earlier-answer": "ask from a new port each time, or give each request an id of its own",
};

const PATIENCE_ADVICE =
  "go on waiting after an answer that is not believed, until the time is over";

function reactionFinding(what: Deceit, reaction: Reaction): ClientFinding {
  const { grade, seen } = REACTIONS[reaction];
  if (reaction === "believed") return { what, grade, seen, advice: ADVICE[what] };
  return { what, grade, seen, ...(reaction === "gave-up" && { advice: PATIENCE_ADVICE }) };
}

function duplicateFinding(showsDuplicates: boolean): ClientFinding {
  if (!showsDuplicates) return { what: "duplicate", grade: "GREAT", seen: "taken once" };
  const advice = "an answer finishes its request; what comes after it is for nobody";
  return { what: "duplicate", grade: "GOOD", seen: "taken twice", advice };
}
