import {
  ADDRESS_COOKIE_BYTES,
  integerOption,
  MAX_IPV4_PAYLOAD_BYTES,
  numberOption,
  sharedKeyOption,
} from "@udp/core";
import { HEADER_BYTES, MAC_BYTES } from "./frame.ts";

/** What both sides must agree on, but for `maxDatagramBytes`, which bounds what one sends. */
export interface FrameLimitOptions {
  /**
   * The most that a datagram may have, 256 to 65,507 bytes. Default 1200, which passes nearly every
   * path unfragmented (RFC 8085 section 3.2); larger ones only where the path is known.
   */
  readonly maxDatagramBytes?: number | undefined;
  /**
   * How long a server remembers a request after a copy of it arrived, 110,000 to 86,400,000 ms.
   * Default 247,000: EXCHANGE_LIFETIME of RFC 7252 section 4.8.2.
   */
  readonly lifetimeMs?: number | undefined;
  /** Shared by both sides, 16 to 64 bytes; only frames that it authenticates are believed. */
  readonly key?: Uint8Array | undefined;
}

/** {@link FrameLimitOptions}, given or by default, and checked. */
export interface FrameLimits {
  readonly maxDatagramBytes: number;
  readonly lifetimeMs: number;
  readonly key: Uint8Array | undefined;
}

/** The longest that a datagram may be on its way: MAX_LATENCY of RFC 7252 section 4.8.2. */
export const MAX_LATENCY_MS = 100_000;

const DEFAULT_MAX_DATAGRAM_BYTES = 1200;
const MIN_DATAGRAM_BYTES = 256;
const DEFAULT_LIFETIME_MS = 247_000;
const MIN_LIFETIME_MS = MAX_LATENCY_MS + 10_000;
const MAX_LIFETIME_MS = 86_400_000;

/** @throws UdpError `UDP_BAD_OPTION`. */
export function frameLimits(options: FrameLimitOptions): FrameLimits {
  const { key, lifetimeMs = DEFAULT_LIFETIME_MS } = options;
  const { maxDatagramBytes = DEFAULT_MAX_DATAGRAM_BYTES } = options;
  integerOption("maxDatagramBytes", maxDatagramBytes, MIN_DATAGRAM_BYTES, MAX_IPV4_PAYLOAD_BYTES);
  numberOption("lifetimeMs", lifetimeMs, MIN_LIFETIME_MS, MAX_LIFETIME_MS);
  if (key !== undefined) sharedKeyOption(key);
  return { maxDatagramBytes, lifetimeMs, key };
}

/** The payload of the largest request: a cookie may have to come along. */
export function maxRequestBytes(limits: Pick<FrameLimits, "maxDatagramBytes" | "key">): number {
  return maxAnswerBytes(limits) - ADDRESS_COOKIE_BYTES;
}

/** The payload of the largest answer. */
export function maxAnswerBytes(limits: Pick<FrameLimits, "maxDatagramBytes" | "key">): number {
  const { maxDatagramBytes, key } = limits;
  return maxDatagramBytes - HEADER_BYTES - (key === undefined ? 0 : MAC_BYTES);
}
