import type { BackoffOptions } from "@udp/core";
import { LESSON_BACKOFF } from "@udp/core";
import type { WindowOptions } from "./congestion-window.ts";

/** When a request is sent again, and how many at a time. */
export interface RetransmissionOptions {
  /** The waits after each transmission; where they end, the request has failed. */
  readonly backoff: BackoffOptions;
  /**
   * Whether the first wait follows the round trip times of the peer (RFC 6298), from `minRtoMs` on;
   * `backoff.initialMs` is then that before the first answer. Default `false`.
   */
  readonly isAdaptive?: boolean;
  /** The shortest first wait where it is adaptive, 0 to `backoff.maxMs`. Default 1000. */
  readonly minRtoMs?: number;
  /** Default: one request at a time. */
  readonly window?: WindowOptions;
}

/** Names of retransmission schedules. */
export const PRESET_NAMES = ["original", "coap", "rfc6298", "low-latency"] as const;

/** One of {@link PRESET_NAMES}. */
export type PresetName = (typeof PRESET_NAMES)[number];

const ONE_AT_A_TIME: WindowOptions = { initialRequests: 1, maxRequests: 1 };

/** Schedules to choose from. The library's default is `rfc6298`, the client's `original`. */
export const PRESETS: Readonly<Record<PresetName, RetransmissionOptions>> = {
  /** The lesson's: 0.1, 0.2, 0.4, 0.8 and 1.6 s. Too eager for paths that many share. */
  original: { backoff: LESSON_BACKOFF, window: ONE_AT_A_TIME },
  /** RFC 7252 section 4.8, but each wait is drawn anew from 1 to 1.5 times its length. */
  coap: {
    backoff: { initialMs: 2000, attempts: 5, jitter: "upward" },
    window: ONE_AT_A_TIME,
  },
  /** RFC 6298, with its floor of a second, and a window that halves on loss (RFC 8085 section 3.1). */
  rfc6298: {
    backoff: { initialMs: 1000, attempts: 6, jitter: "upward" },
    isAdaptive: true,
    minRtoMs: 1000,
  },
  /**
   * For paths of one's own: a floor of 0.1 s, waits that grow slowly, and always 16 requests at a
   * time. Against KCP in its own scenario: `bench/request-latency.ts`.
   */
  "low-latency": {
    backoff: { initialMs: 200, factor: 1.25, maxMs: 2000, attempts: 15 },
    isAdaptive: true,
    minRtoMs: 100,
    window: { initialRequests: 16, maxRequests: 16 },
  },
};
