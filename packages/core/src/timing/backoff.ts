import { choiceOption, integerOption, numberOption } from "../option-check.ts";
import type { Random } from "../random.ts";

/** The ways of spreading waits, so that clients that failed together do not come back together. */
export const JITTERS = ["none", "full", "equal", "decorrelated", "upward"] as const;

/**
 * How a wait of `t` ms is spread; U(a, b) is uniform from a to b, drawn anew for each wait.
 *
 * - `none`: t.
 * - `full`: U(0, t). May resend at once.
 * - `equal`: U(t/2, t).
 * - `decorrelated`: U(initial, factor × the wait before), no more than the longest wait.
 * - `upward`: U(t, 1.5 t), the range of CoAP (RFC 7252 section 4.2). The only spread that never
 *   resends sooner than one retransmission timeout, as RFC 6298 section 5 asks.
 */
export type Jitter = (typeof JITTERS)[number];

/** The schedule of {@link backoffDelaysMs}: waits that grow by a factor, up to a longest one. */
export interface BackoffOptions {
  /** The first wait before jitter, 0.001 to 86 400 000 ms. */
  readonly initialMs: number;
  /**
   * Each wait by the one before, 1 to 10, where 1 keeps the wait fixed. Default 2, and 3 for
   * `decorrelated` jitter.
   */
  readonly factor?: number;
  /**
   * The longest wait before jitter (`upward` may add half), `initialMs` to 86 400 000 ms. Default
   * 60 000 or `initialMs`, whichever is longer (RFC 6298 section 2.5).
   */
  readonly maxMs?: number;
  /** Where a wait would exceed `maxMs`: `hold` waits `maxMs`, `stop` ends. Default `hold`. */
  readonly atMax?: "hold" | "stop";
  /** The most waits, and so sends: 1 or more. Default no limit: the caller stops asking. */
  readonly attempts?: number;
  /** Default `none`. */
  readonly jitter?: Jitter;
}

/** Five sends, 0.1, 0.2, 0.4, 0.8 and 1.6 s apart; then the server is thought to be down. */
export const LESSON_BACKOFF: BackoffOptions = { initialMs: 100, maxMs: 2000, atMax: "stop" };

const MIN_WAIT_MS = 0.001;
const MAX_WAIT_MS = 86_400_000;
const MAX_FACTOR = 10;
/** The longest wait where nothing else is said (RFC 6298 section 2.5). */
export const DEFAULT_MAX_WAIT_MS = 60_000;

/**
 * The waits after each send, in milliseconds. A schedule that ends means failure: nothing came
 * after the last wait.
 *
 * @throws UdpError `UDP_BAD_OPTION`, at once and not at the first wait.
 */
export function backoffDelaysMs(options: BackoffOptions, random: Random): Generator<number, void> {
  return spreadWaits(resolveSchedule(options), random);
}

function resolveSchedule(options: BackoffOptions): Required<BackoffOptions> {
  const initialMs = numberOption("initialMs", options.initialMs, MIN_WAIT_MS, MAX_WAIT_MS);
  const maxMs = options.maxMs ?? Math.max(DEFAULT_MAX_WAIT_MS, initialMs);
  const jitter = choiceOption("jitter", options.jitter ?? "none", JITTERS);
  const factor = options.factor ?? (jitter === "decorrelated" ? 3 : 2);
  return {
    initialMs,
    factor: numberOption("factor", factor, 1, MAX_FACTOR),
    maxMs: numberOption("maxMs", maxMs, initialMs, MAX_WAIT_MS),
    atMax: choiceOption("atMax", options.atMax ?? "hold", ["hold", "stop"]),
    attempts: integerOption(
      "attempts",
      options.attempts ?? Number.POSITIVE_INFINITY,
      1,
      Number.POSITIVE_INFINITY,
    ),
    jitter,
  };
}

function* spreadWaits(schedule: Required<BackoffOptions>, random: Random): Generator<number, void> {
  const { initialMs, factor, maxMs, atMax, attempts, jitter } = schedule;
  let waitMs = initialMs;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (jitter === "decorrelated") waitMs = uniform(initialMs, waitMs * factor, random);
    else if (attempt > 0) waitMs *= factor;
    if (waitMs > maxMs && atMax === "stop") return;
    waitMs = Math.min(waitMs, maxMs);
    yield spreadWait(waitMs, jitter, random);
  }
}

function spreadWait(waitMs: number, jitter: Jitter, random: Random): number {
  switch (jitter) {
    case "full":
      return uniform(0, waitMs, random);
    case "equal":
      return uniform(waitMs / 2, waitMs, random);
    case "upward":
      return uniform(waitMs, waitMs * 1.5, random);
    case "none":
    case "decorrelated":
      return waitMs;
  }
}

function uniform(low: number, high: number, random: Random): number {
  return low + (high - low) * random();
}
