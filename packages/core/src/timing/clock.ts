/** A monotonic clock and its timers. Handed in, so that protocols run in virtual time too. */
export interface Clock {
  /** Nanoseconds since a fixed, arbitrary moment. */
  nowNs(): number;
  /** Calls back once, not before `deadlineNs`. Returns a function that cancels the call. */
  at(deadlineNs: number, callback: () => void): () => void;
}

const NS_PER_MS = 1_000_000;

/** The longest delay that a timer of the runtime keeps (2^31 - 1 ms); longer waits are renewed. */
const MAX_TIMER_MS = 2_147_483_647;

/** Milliseconds in nanoseconds, not rounded. */
export function msToNs(ms: number): number {
  return ms * NS_PER_MS;
}

/** Nanoseconds in milliseconds, not rounded. */
export function nsToMs(ns: number): number {
  return ns / NS_PER_MS;
}

/** The runtime's own monotonic clock. Its timers keep the process alive and may wait for any time. */
export const systemClock: Clock = {
  nowNs: () => Bun.nanoseconds(),
  at(deadlineNs, callback) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = (): void => {
      const remainingMs = Math.ceil(nsToMs(deadlineNs - Bun.nanoseconds()));
      timer = setTimeout(expire, Math.min(Math.max(remainingMs, 0), MAX_TIMER_MS));
    };
    const expire = (): void => {
      if (Bun.nanoseconds() < deadlineNs) arm();
      else callback();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
