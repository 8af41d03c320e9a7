import type { Clock } from "./clock.ts";

export interface Deadline {
  readonly clock: Clock;
  readonly deadlineNs: number;
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
  const abort = (): void => limit.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await Promise.race([pending, limit.promise]);
  } finally {
    cancelTimer();
    signal?.removeEventListener("abort", abort);
  }
}
