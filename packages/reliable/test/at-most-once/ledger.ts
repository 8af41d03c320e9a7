import type { BootId, RequestFrame } from "../../src/frame.ts";
import type { Settled } from "./client-subject.ts";
import type { RequestNumber } from "./datagram.ts";
import { numberOf } from "./numbering.ts";
import type { Scenario } from "./scenario.ts";
import { resultOf } from "./server-subject.ts";

/** A promise that was broken. */
export class BrokenPromise extends Error {}

/** What the client knew of a request when it sent it. */
export interface Knowledge {
  /** The first server that it heard of after it had sent it first. */
  readonly first: BootId | undefined;
  /** The servers that spoke of this request. */
  readonly speakers: readonly BootId[];
}

/** What has become of a request, as far as the promises are about it. */
export interface RequestHistory extends Knowledge {
  readonly isSent: boolean;
  /** It was first sent to a server that the client did not know. */
  readonly isUnbound: boolean;
  /** A transmission of it was copied. */
  readonly isCopied: boolean;
  /** The servers that began to carry it out, in that order. */
  readonly executions: readonly BootId[];
  /** Those that have done so. */
  readonly finished: readonly BootId[];
  readonly outcome: Settled["outcome"] | undefined;
  /** The same for histories that are alike. */
  readonly number: number;
}

/** Before it is sent. */
export const NO_HISTORY: RequestHistory = {
  isSent: false,
  isUnbound: false,
  isCopied: false,
  first: undefined,
  speakers: [],
  executions: [],
  finished: [],
  outcome: undefined,
  number: 0,
};

/** Histories by the numbers of their requests. */
export type Ledger = readonly RequestHistory[];

/** Changes one history. */
export function amend(
  ledger: Ledger,
  request: RequestNumber,
  change: (history: RequestHistory) => RequestHistory,
): Ledger {
  const history = ledger[request] ?? NO_HISTORY;
  const changed = change(history);
  if (changed === history) return ledger;
  return ledger.with(request, { ...changed, number: numberOf(describeHistory(changed)) });
}

function describeHistory(history: RequestHistory): string {
  const { isSent, isUnbound, isCopied, first, speakers, executions, finished, outcome } = history;
  const flags = (isSent ? 4 : 0) + (isUnbound ? 2 : 0) + (isCopied ? 1 : 0);
  const lists = `${initials(speakers)} ${initials(executions)} ${initials(finished)}`;
  return `${flags} ${first?.[0]} ${lists} ${outcome}`;
}

/** Servers have identifiers that begin differently; short texts are sooner found. */
export function initials(bootIds: readonly BootId[]): string {
  let text = "";
  for (const bootId of bootIds) text += bootId[0];
  return text;
}

/** The client sends it. */
export function transmit(
  history: RequestHistory,
  { attempt, bootId }: RequestFrame,
): RequestHistory {
  return attempt === 1 ? { ...history, isSent: true, isUnbound: bootId === undefined } : history;
}

/** A transmission of it is copied. */
export function copy(history: RequestHistory): RequestHistory {
  return { ...history, isCopied: true };
}

/** A server tells the client of a request; all that are open learn that it is there. */
export function hear(ledger: Ledger, request: RequestNumber, bootId: BootId): Ledger {
  if (!isOpen(ledger[request] ?? NO_HISTORY)) return ledger;
  let next = ledger;
  for (const other of ledger.keys())
    next = amend(next, other, (history) => listen(history, bootId, other === request));
  return next;
}

function listen(history: RequestHistory, bootId: BootId, isMeant: boolean): RequestHistory {
  const { first, speakers } = history;
  const isNews = isMeant && !speakers.includes(bootId);
  if (!isOpen(history) || (first !== undefined && !isNews)) return history;
  return {
    ...history,
    first: first ?? bootId,
    speakers: isNews ? [...speakers, bootId].sort() : speakers,
  };
}

/** A server begins to carry it out. */
export function execute(
  history: RequestHistory,
  { bootId, knowledge }: { bootId: BootId; knowledge: Knowledge },
  { requiresCookie }: Scenario,
): RequestHistory {
  const { executions, isUnbound, isCopied, outcome } = history;
  const { first, speakers } = knowledge;
  if (executions.includes(bootId)) throw new BrokenPromise("carried out twice by one server");
  if (executions.length > 0 && requiresCookie)
    throw new BrokenPromise("carried out by two servers that require a cookie");
  if (executions.length > 0 && !isUnbound)
    throw new BrokenPromise("carried out by two servers, although the client knew the first");
  if (isUnbound && first !== undefined && bootId !== first)
    throw new BrokenPromise("carried out by a server that is not the first that was heard of");
  if (executions.some((other) => speakers.includes(other)))
    throw new BrokenPromise("sent to be carried out anew after another server had spoken of it");
  if (outcome === "RELIABLE_BUSY" && !isCopied)
    throw new BrokenPromise("carried out after the client was told that it was not");
  return { ...history, executions: [...executions, bootId] };
}

/** A server has done what it is about. */
export function finish(history: RequestHistory, bootId: BootId): RequestHistory {
  return { ...history, finished: [...history.finished, bootId] };
}

/**
 * It comes to something at the client.
 *
 * @param isRestarted whether a server was ever started anew.
 */
export function settle(
  history: RequestHistory,
  { request, outcome, result }: Settled,
  scenario: Scenario,
  isRestarted: boolean,
): RequestHistory {
  const { executions, finished, isCopied } = history;
  if (history.outcome !== undefined) throw new BrokenPromise("came to something twice");
  const isTrue = finished.some((bootId) => resultOf(request, bootId, scenario) === result);
  if (result !== undefined && !isTrue) throw new BrokenPromise(`a wrong answer: ${result}`);
  if (outcome === "RELIABLE_BUSY" && executions.length > 0 && !isCopied)
    throw new BrokenPromise("called refused, and was carried out");
  if (outcome === "RELIABLE_OUTCOME_UNKNOWN" && !isRestarted)
    throw new BrokenPromise("called unknown, and no server was started anew");
  return { ...history, outcome };
}

function isOpen({ isSent, outcome }: RequestHistory): boolean {
  return isSent && outcome === undefined;
}
