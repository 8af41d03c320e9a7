import type { LinkOptions } from "@udp/core/simulation";
import { Link } from "@udp/core/simulation";

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
  const link: LinkOptions = {
    lossRatio: loss,
    duplicateRatio: duplicate,
    delayMs: delay,
    jitterMs: jitter ?? Math.min(USUAL_JITTER_MS, delay),
  };
  // A link refuses them now, and not one that is made when the output has begun.
  new Link(link, () => 0);
  return link;
}
