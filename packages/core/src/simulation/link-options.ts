import { integerOption, numberOption } from "../option-check.ts";

/** What one direction of a link does to the packets sent into it. */
export interface LinkOptions {
  /** One-way delay, 0 to 3,600,000 (one hour); default 0. */
  readonly delayMs?: number;
  /**
   * Each packet's delay is uniform within `delayMs` ± `jitterMs`; at most `delayMs`, default 0.
   * Jitter alone reorders nothing: as in a queue, a packet waits for the one before it.
   */
  readonly jitterMs?: number;
  /** The part of the packets that is lost, each by its own chance; 0 to 1, default 0. */
  readonly lossRatio?: number;
  /** Losses in runs, besides those of `lossRatio`; default none. */
  readonly burst?: BurstLoss;
  /** The part of the packets not lost that arrives twice; 0 to 1, default 0. */
  readonly duplicateRatio?: number;
  /**
   * The part of the packets neither lost nor duplicated that is held back by another `delayMs` and
   * 1 ms, so that what is sent meanwhile overtakes it; 0 to 1, default 0.
   */
  readonly reorderRatio?: number;
  /** At least 1; IP and UDP headers count. Default: no limit. */
  readonly rateBitsPerSecond?: number;
  /**
   * How many packets the sender's side of the link holds, the one being serialised included; what
   * comes when it is full is dropped. At least 1, default 1000. Fills only where there is a rate.
   */
  readonly queuePackets?: number;
}

/**
 * The Gilbert model: a link turns bad and good again, and loses everything while it is bad. In the
 * long run `enterRatio / (enterRatio + leaveRatio)` is lost, in runs of `1 / leaveRatio` on average.
 */
export interface BurstLoss {
  /** The chance, at each packet, that a good link turns bad; 0 to 1. */
  readonly enterRatio: number;
  /** The chance, at each packet, that a bad link turns good; 0 to 1. */
  readonly leaveRatio: number;
}

/** Every option of a link, given or by default. */
export type LinkSettings = Required<LinkOptions>;

const DEFAULTS: LinkSettings = {
  delayMs: 0,
  jitterMs: 0,
  lossRatio: 0,
  burst: { enterRatio: 0, leaveRatio: 1 },
  duplicateRatio: 0,
  reorderRatio: 0,
  rateBitsPerSecond: Number.POSITIVE_INFINITY,
  queuePackets: 1000,
};

const MAX_DELAY_MS = 3_600_000;

/**
 * The options with the defaults filled in.
 *
 * @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what came.
 */
export function linkSettings(options: LinkOptions): LinkSettings {
  const settings = { ...DEFAULTS, ...options };
  const { delayMs, burst } = settings;
  numberOption("delayMs", delayMs, 0, MAX_DELAY_MS);
  numberOption("jitterMs", settings.jitterMs, 0, delayMs);
  numberOption("lossRatio", settings.lossRatio, 0, 1);
  numberOption("burst.enterRatio", burst.enterRatio, 0, 1);
  numberOption("burst.leaveRatio", burst.leaveRatio, 0, 1);
  numberOption("duplicateRatio", settings.duplicateRatio, 0, 1);
  numberOption("reorderRatio", settings.reorderRatio, 0, 1);
  numberOption("rateBitsPerSecond", settings.rateBitsPerSecond, 1, Number.POSITIVE_INFINITY);
  integerOption("queuePackets", settings.queuePackets, 1, Number.POSITIVE_INFINITY);
  return settings;
}
