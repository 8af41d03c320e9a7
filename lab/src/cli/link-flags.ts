import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseRatio } from "@udp/core/cli";
import type { BurstLoss } from "@udp/core/simulation";
import { checkBadLink } from "../link/bad-link.ts";
import type { BadLinkOptions } from "../link/bad-link-options.ts";

/** The options of a bad link as they were given. */
export interface LinkFlags {
  readonly delay?: number | undefined;
  readonly jitter?: number | undefined;
  readonly loss?: number | undefined;
  readonly burst?: BurstLoss | undefined;
  readonly duplicate?: number | undefined;
  readonly reorder?: number | undefined;
  readonly rate?: number | undefined;
  readonly queue?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * The bad link that was asked for, if one was.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function badLinkOf(flags: LinkFlags): BadLinkOptions | undefined {
  const given = Object.entries({
    delayMs: flags.delay,
    jitterMs: flags.jitter,
    lossRatio: flags.loss,
    burst: flags.burst,
    duplicateRatio: flags.duplicate,
    reorderRatio: flags.reorder,
    rateBitsPerSecond: flags.rate,
    queuePackets: flags.queue,
    seed: flags.seed,
  }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  const options: BadLinkOptions = Object.fromEntries(given);
  // What it refuses is refused now, and not by a network that is half built.
  checkBadLink(options);
  return options;
}

/** `ENTER,LEAVE`, two ratios. @throws InvalidArgumentError saying what was expected. */
export function parseBurst(text: string): BurstLoss {
  const [enterRatio, leaveRatio, ...others] = text.split(",").map(parseRatio);
  if (enterRatio !== undefined && leaveRatio !== undefined && others.length === 0) {
    return { enterRatio, leaveRatio };
  }
  throw new InvalidArgumentError("Expected two numbers from 0 to 1, such as 0.01,0.25.");
}

/** A whole number of at least 1. @throws InvalidArgumentError saying what was expected. */
export function parseCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}
