import { backoffDelaysMs } from "@udp/core";
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
  /** A wait may be shorter than a round trip: requests are sent again though an answer is on its way. */
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
 * The closed form. Of `n` transmissions, each lost on its way there with `p` and its answer on the
 * way back with `q`, each by its own chance, `L = 1 - (1-p)(1-q)` is without an answer; so `1 - L^n`
 * of the requests succeed, after `(1 - L^n) / (1 - L)` transmissions on average. A copy that a link
 * makes of a request (`d`) is answered too: `L = 1 - (1-p)(1-q)(1 + dq)`.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function expectedOutcome(options: ExpectationOptions): Expectation {
  const { lossRatio: lossThere = 0, duplicateRatio = 0 } = options.there;
  const { lossRatio: lossBack = 0 } = options.back;
  const answeredRatio = (1 - lossThere) * (1 - lossBack) * (1 + duplicateRatio * lossBack);
  const roundTripLossRatio = 1 - answeredRatio;
  const { attempts, longestMs } = scheduleOf(options.retransmission);
  const successRatio = 1 - roundTripLossRatio ** attempts;
  return {
    attempts,
    roundTripLossRatio,
    successRatio: answeredRatio === 0 ? 0 : successRatio,
    meanAttempts: answeredRatio === 0 ? attempts : successRatio / answeredRatio,
    doubts: doubtsOf(options, longestMs),
  };
}

/** From the first transmission on, a request is sent again for so long. */
const RESEND_LIMIT_MS = frameLimits({}).lifetimeMs - MAX_LATENCY_MS;

/** A schedule with more waits is taken for one without end. */
const MANY_WAITS = 1000;

/** What {@link backoffDelaysMs} and `RttEstimator` take where nothing is said. */
const USUAL_MAX_MS = 60_000;
const USUAL_MIN_RTO_MS = 1000;

interface Schedule {
  readonly attempts: number;
  /** From the first transmission to the last one, at most. */
  readonly longestMs: number;
}

function scheduleOf({ backoff, isAdaptive = false }: RetransmissionOptions): Schedule {
  const { initialMs, maxMs = Math.max(initialMs, USUAL_MAX_MS), jitter } = backoff;
  const waits = backoffDelaysMs({ ...backoff, jitter: "none" }, () => 0);
  const waitsMs = [...waits.take(MANY_WAITS)];
  const isEndless = waitsMs.length === MANY_WAITS;
  const attempts = isEndless ? (backoff.attempts ?? Number.POSITIVE_INFINITY) : waitsMs.length;
  if (isEndless) return { attempts, longestMs: Number.POSITIVE_INFINITY };
  const isAnyWait = isAdaptive || jitter === "decorrelated";
  const stretch = jitter === "upward" ? 1.5 : 1;
  const longestWaitsMs = waitsMs.slice(0, -1).map((waitMs) => (isAnyWait ? maxMs : waitMs));
  return { attempts, longestMs: stretch * longestWaitsMs.reduce((sum, waitMs) => sum + waitMs, 0) };
}

function doubtsOf(options: ExpectationOptions, longestMs: number): readonly ExpectationDoubt[] {
  const { retransmission, there, back } = options;
  const { backoff, isAdaptive = false } = retransmission;
  const varies = isAdaptive || backoff.jitter === "decorrelated";
  const doubts: readonly (readonly [ExpectationDoubt, boolean])[] = [
    ["short-waits", shortestWaitMs(retransmission) < longestWayMs(there) + longestWayMs(back)],
    ["long-waits", longestMs > RESEND_LIMIT_MS],
    ["varying-attempts", varies && backoff.atMax === "stop"],
    ["dependent-losses", [there, back].some(isWithMemory)],
  ];
  return doubts.filter(([, holds]) => holds).map(([doubt]) => doubt);
}

function shortestWaitMs({ backoff, isAdaptive, minRtoMs }: RetransmissionOptions): number {
  const { initialMs, jitter = "none" } = backoff;
  const firstMs = isAdaptive ? Math.min(minRtoMs ?? USUAL_MIN_RTO_MS, initialMs) : initialMs;
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
