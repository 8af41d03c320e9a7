import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { DEFAULT_RATE_PER_SOURCE, DEFAULT_RATE_TOTAL } from "../guard/reply-guard.ts";
import { ADVANCED_OPTIONS } from "./options.ts";

/** Replies a second. */
type Rate = number | "none";

/** What commander makes of {@link ratePerSourceOption} and {@link rateTotalOption}. */
export interface RateFlags {
  readonly ratePerSource?: Rate | undefined;
  readonly rateTotal?: Rate | undefined;
}

/** `--rate-per-source` of a server. */
export function ratePerSourceOption(): Option<"--rate-per-source <n>", undefined, undefined, Rate> {
  return new Option(
    "--rate-per-source <n>",
    `replies a second to one source, or none for no limit (default: ${DEFAULT_RATE_PER_SOURCE}, no limit on loopback)`,
  )
    .argParser(parseRate)
    .helpGroup(ADVANCED_OPTIONS);
}

/** `--rate-total` of a server. */
export function rateTotalOption(): Option<"--rate-total <n>", undefined, undefined, Rate> {
  return new Option(
    "--rate-total <n>",
    `replies a second in all, or none for no limit (default: ${DEFAULT_RATE_TOTAL}, no limit on loopback)`,
  )
    .argParser(parseRate)
    .helpGroup(ADVANCED_OPTIONS);
}

function parseRate(text: string): Rate {
  if (text === "none") return "none";
  const rate = /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw new InvalidArgumentError('Expected a number above 0, or "none".');
}
