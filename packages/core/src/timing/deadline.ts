import type { Clock } from "./clock.ts";

/** Until when {@link beforeDeadline} waits. */
export interface Deadline {
  /** Whose time `deadlineNs` is. */
  readonly clock: Clock;
  /** On `clock`; one in the past expires at once. */
  readonly deadlineNs: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles as `pending` does; rejects with `expiry()` when the deadline passes first, and with the
 * signal's reason when it is aborted first.
 */
export async function beforeDeadline<Result>(
  pending: Promise<Result>,
  { clock, deadlineNs, signal }: Deadline,
  expiry: () => Error,
): Promise<Result> {
  const limit = Promise.withResolvers<never>();
  const cancelTimer = clock.at(deadlineNs, () => limit.reject(expiry()));
  try {
    return await unlessAborted(Promise.race([limit.promise, pending]), signal);
  } finally {
    cancelTimer();
  }
}

/** Settles as `pending` does; rejects with the signal's reason when it is aborted first. */
export async function unlessAborted<Result>(
  pending: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const abortion = Promise.withResolvers<never>();
  const abort = (): void => abortion.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    // The abortion first, so that it wins where both have settled; `pending` may fail later, unheard.
    return await Promise.race([abortion.promise, pending]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Settles when the deadline passes; rejects with the signal's reason when it is aborted first. */
export async function untilDeadline({ clock, deadlineNs, signal }: Deadline): Promise<void> {
  const passing = Promise.withResolvers<void>();
  const cancelTimer = clock.at(deadlineNs, passing.resolve);
  try {
    await unlessAborted(passing.promise, signal);
  } finally {
    cancelTimer();
  }
}
