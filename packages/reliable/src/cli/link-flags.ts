import { UdpError } from "@udp/core";
import { describeMs } from "@udp/core/cli";
import type { LinkOptions } from "@udp/core/simulation";

/** The options of a link as they were given; durations in milliseconds. */
export interface LinkFlags {
  readonly loss: number;
  readonly duplicate: number;
  readonly delay: number;
  readonly jitter?: number | undefined;
}

const USUAL_JITTER_MS = 5;

/** @throws UdpError `UDP_BAD_OPTION` where the options exclude each other. */
export function checkedLink({ loss, duplicate, delay, jitter }: LinkFlags): LinkOptions {
  if (jitter !== undefined && jitter > delay) {
    const message = `jitter: expected at most the delay, ${describeMs(delay)}; got ${describeMs(jitter)}`;
    throw new UdpError("UDP_BAD_OPTION", message);
  }
  return {
    lossRatio: loss,
    duplicateRatio: duplicate,
    delayMs: delay,
    jitterMs: jitter ?? Math.min(USUAL_JITTER_MS, delay),
  };
}
