/** What is known of a clock that tells the time of day. */
export interface ClockStatus {
  /** Whether something outside keeps it at UTC. */
  readonly isSynchronised: boolean;
  /** The most that it may be off; one that is not synchronised may be off by anything all the same. */
  readonly maxErrorNs: number;
}

/**
 * A clock of which nothing is known. 16 s is what Linux says of one that nothing keeps at UTC
 * (`NTP_PHASE_LIMIT`).
 */
export const UNKNOWN_CLOCK: ClockStatus = { isSynchronised: false, maxErrorNs: 16e9 };
