import type { Clock, Deadline } from "@udp/core";
import { untilDeadline } from "@udp/core";

/** When something is to be done again and again. */
export interface FixedTimesOptions {
  readonly clock: Clock;
  readonly firstAtNs: number;
  readonly intervalNs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Yields at fixed times, until the signal ends it. Times that passed while the program was held up, or
 * busy with the one before, are left out: what was missed is not caught up with.
 */
export async function* fixedTimes(options: FixedTimesOptions): AsyncGenerator<number, void, void> {
  const { clock, firstAtNs, intervalNs, signal } = options;
  for (let index = 0; ; ) {
    const deadlineNs = firstAtNs + index * intervalNs;
    if (!(await isReached({ clock, deadlineNs, signal }))) return;
    yield deadlineNs;
    index = Math.max(index + 1, Math.ceil((clock.nowNs() - firstAtNs) / intervalNs));
  }
}

async function isReached(deadline: Deadline): Promise<boolean> {
  try {
    await untilDeadline(deadline);
    return true;
  } catch (error) {
    if (deadline.signal?.aborted) return false;
    throw error;
  }
}
