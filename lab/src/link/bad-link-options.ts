import type { LinkOptions } from "@udp/core/simulation";

/** What a bad link does to the packets in it; both directions alike unless told. */
export interface BadLinkOptions extends LinkOptions {
  /** The way back, where it is not like the way there. */
  readonly backward?: LinkOptions;
  /** The same packets with the same seed meet the same fates; 32 bits, default 1. */
  readonly seed?: number;
}
