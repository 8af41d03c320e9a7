import type { Jitter } from "@udp/core";
import { backoffDelaysMs, DEFAULT_MAX_WAIT_MS, DEFAULT_RTO_MS } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { frameLimits, MAX_LATENCY_MS } from "../limits.ts";
import type { RetransmissionOptions } from "../retransmission.ts";

/** Which requests, over which links, {@link expectedOutcome} is about. */
export interface ExpectationOptions {
  readonly retransmission: RetransmissionOptions;
  /** The links there and back. */
  readonly there: LinkOptions;
  readonly back: LinkOptions;
}

/** Why the closed form is no more than an approximation. */
export type ExpectationDoubt =
  /** A wait may, or may not, be shorter than a round trip: whether more is sent then, is not known. */
  | "short-waits"
  /** The waits may take longer than a request may be sent again: there may be fewer transmissions. */
  | "long-waits"
  /** How many waits fit below the longest one depends on the round trips, or on chance. */
  | "varying-attempts"
  /** Losses in runs, or a link with a rate: one transmission says something of the next. */
  | "dependent-losses";

/** What chance alone makes of requests that are each sent up to `attempts` times. */
export interface Expectation {
  /** The most transmissions of a request; `Infinity` where the schedule has no end. */
  readonly attempts: number;
  /** The part of the transmissions that no answer to comes. */
  readonly roundTripLossRatio: number;
  /** The part of the requests that is answered. */
  readonly successRatio: number;
  /** Transmissions of a request, answered or not. */
  readonly meanAttempts: number;
  /** None where the form is exact. */
  readonly doubts: readonly ExpectationDoubt[];
}

/**
 * The closed form. Of the transmissions, each lost on its way there with `p` and its answer on the way
 * back with `q`, each by its own chance, `L = 1 - (1-p)(1-q)` is without an answer. A copy that a link
 * makes of a request (`d`) is answered too: `L = 1 - (1-p)(1-q)(1 + dq)`. Where `m(k)` transmissions
 * were early enough for their answers to be there when the wait after the `k`-th ends, another one is
 * made with `L^m(k)`, and `1 - L^m(n)` of the requests succeed. Where no wait is shorter than a round
 * trip, `m(k) = k`: then `(1 - L^n) / (1 - L)` transmissions are made on average.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function expectedOutcome(options: ExpectationOptions): Expectation {
  const { lossRatio: lossThere = 0, duplicateRatio = 0 } = options.there;
  const { lossRatio: lossBack = 0 } = options.back;
  const answeredRatio = (1 - lossThere) * (1 - lossBack) * (1 + duplicateRatio * lossBack);
  const roundTripLossRatio = 1 - answeredRatio;
  const waitsMs = waitsOf(options.retransmission);
  const figures =
    waitsMs === undefined
      ? endlessFigures(options.retransmission, answeredRatio)
      : figuresOf(inTimeCounts(options, waitsMs), roundTripLossRatio);
  return { roundTripLossRatio, ...figures, doubts: doubtsOf(options, waitsMs) };
}

type Figures = Pick<Expectation, "attempts" | "successRatio" | "meanAttempts">;

/** @param inTime `m(k)`, from the first transmission to the last. */
function figuresOf(inTime: readonly number[], loss: number): Figures {
  const others = inTime.slice(0, -1).reduce((sum, count) => sum + loss ** count, 0);
  return {
    attempts: inTime.length,
    successRatio: 1 - loss ** (inTime.at(-1) ?? 0),
    meanAttempts: 1 + others,
  };
}

function endlessFigures({ backoff }: RetransmissionOptions, answeredRatio: number): Figures {
  const { attempts = Number.POSITIVE_INFINITY } = backoff;
  if (answeredRatio === 0) return { attempts, successRatio: 0, meanAttempts: attempts };
  const successRatio = 1 - (1 - answeredRatio) ** attempts;
  return { attempts, successRatio, meanAttempts: successRatio / answeredRatio };
}

/** From the first transmission on, a request is sent again for so long. */
const RESEND_LIMIT_MS = frameLimits({}).lifetimeMs - MAX_LATENCY_MS;

/** A schedule with more waits is taken for one without end. */
const MANY_WAITS = 1000;

/** The waits before anything is known or spread; `undefined` where there is no end of them. */
function waitsOf({ backoff }: RetransmissionOptions): readonly number[] | undefined {
  const waits = backoffDelaysMs({ ...backoff, jitter: "none" }, () => 0);
  const waitsMs = [...waits.take(MANY_WAITS)];
  return waitsMs.length === MANY_WAITS ? undefined : waitsMs;
}

/** `m(k)`: waits that follow the round trips are no shorter, once there is one; spread ones as on average. */
function inTimeCounts(
  { retransmission, there, back }: ExpectationOptions,
  waitsMs: readonly number[],
): readonly number[] {
  const stretch = MEAN_STRETCH[retransmission.backoff.jitter ?? "none"];
  const stretchedMs = waitsMs.map((waitMs) => stretch * waitMs);
  const inTime = countInTime(stretchedMs, (there.delayMs ?? 0) + (back.delayMs ?? 0));
  const isEverAnswered = (inTime.at(-1) ?? 0) > 0;
  const follows = retransmission.isAdaptive === true && isEverAnswered;
  return follows ? waitsMs.map((_, index) => index + 1) : inTime;
}

/** What jitter makes of a wait on average. */
const MEAN_STRETCH: Readonly<Record<Jitter, number>> = {
  none: 1,
  upward: 1.25,
  equal: 0.75,
  full: 0.5,
  decorrelated: 1,
};

/** How many transmissions are answered when each wait ends, if none is lost. */
function countInTime(waitsMs: readonly number[], rttMs: number): readonly number[] {
  const sentMs: number[] = [];
  let nowMs = 0;
  return waitsMs.map((waitMs) => {
    sentMs.push(nowMs);
    nowMs += waitMs;
    return sentMs.filter((atMs) => atMs + rttMs <= nowMs).length;
  });
}

function isFixed({ backoff, isAdaptive = false }: RetransmissionOptions): boolean {
  return !isAdaptive && (backoff.jitter ?? "none") === "none";
}

/** From the first transmission to the last one, at most. */
function longestMs(
  { backoff, isAdaptive = false }: RetransmissionOptions,
  waitsMs: readonly number[],
): number {
  const { initialMs, maxMs = Math.max(initialMs, DEFAULT_MAX_WAIT_MS), jitter } = backoff;
  const isAnyWait = isAdaptive || jitter === "decorrelated";
  const stretch = jitter === "upward" ? 1.5 : 1;
  const longestWaitsMs = waitsMs.slice(0, -1).map((waitMs) => (isAnyWait ? maxMs : waitMs));
  return stretch * longestWaitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
}

function doubtsOf(
  options: ExpectationOptions,
  waitsMs: readonly number[] | undefined,
): readonly ExpectationDoubt[] {
  const { retransmission, there, back } = options;
  const lastsMs = waitsMs && longestMs(retransmission, waitsMs);
  const { backoff, isAdaptive = false } = retransmission;
  const varies = isAdaptive || backoff.jitter === "decorrelated";
  const doubts: readonly (readonly [ExpectationDoubt, boolean])[] = [
    ["short-waits", hasUncertainWaits(options, waitsMs)],
    ["long-waits", lastsMs === undefined || lastsMs > RESEND_LIMIT_MS],
    ["varying-attempts", varies && backoff.atMax === "stop"],
    ["dependent-losses", [there, back].some(isWithMemory)],
  ];
  return doubts.filter(([, holds]) => holds).map(([doubt]) => doubt);
}

/** Whether nobody can say which answers are there when a wait ends. */
function hasUncertainWaits(
  { retransmission, there, back }: ExpectationOptions,
  waitsMs: readonly number[] | undefined,
): boolean {
  const longestRttMs = longestWayMs(there) + longestWayMs(back);
  if (waitsMs === undefined || !isFixed(retransmission)) {
    return shortestWaitMs(retransmission) < longestRttMs;
  }
  const shortestRttMs = shortestWayMs(there) + shortestWayMs(back);
  const most = countInTime(waitsMs, shortestRttMs);
  return countInTime(waitsMs, longestRttMs).some((count, index) => count !== most[index]);
}

function shortestWayMs({ delayMs = 0, jitterMs = 0 }: LinkOptions): number {
  return delayMs - jitterMs;
}

function shortestWaitMs({ backoff, isAdaptive, minRtoMs }: RetransmissionOptions): number {
  const { initialMs, jitter = "none" } = backoff;
  const firstMs = isAdaptive ? Math.min(minRtoMs ?? DEFAULT_RTO_MS, initialMs) : initialMs;
  if (jitter === "full") return 0;
  return jitter === "equal" ? firstMs / 2 : firstMs;
}

function longestWayMs({ delayMs = 0, jitterMs = 0, reorderRatio = 0 }: LinkOptions): number {
  const heldBackMs = reorderRatio > 0 ? delayMs + 1 : 0;
  return delayMs + jitterMs + heldBackMs;
}

function isWithMemory({ burst, rateBitsPerSecond = Number.POSITIVE_INFINITY }: LinkOptions) {
  return (burst !== undefined && burst.enterRatio > 0) || Number.isFinite(rateBitsPerSecond);
}
