import { lastSystemError, libc } from "./libc.ts";

const PR_SET_TIMERSLACK = 29;

/**
 * How much later than asked for this thread may be woken, so that the kernel can join wake-ups; 50 µs
 * where nothing is said (prctl(2)).
 *
 * @param slackNs a whole number from 1 on.
 * @throws UdpError `UDP_SYSTEM`.
 */
export function setTimerSlack(slackNs: number): void {
  if (libc().prctl(PR_SET_TIMERSLACK, slackNs, 0, 0, 0) !== 0) throw lastSystemError("timer slack");
}
