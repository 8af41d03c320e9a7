import { integerOption, numberOption, UdpError } from "@udp/core";
import { COMMON_PACKET_BYTES } from "./packet-size.ts";

/** What a {@link PathMtuSearch} may try, and how sure it has to be. Sizes are of whole IP packets. */
export interface PathMtuSearchOptions {
  /** MIN_PLPMTU: the least to try, 28 to 65 575: 68 for IPv4 and 1280 for IPv6. */
  readonly minBytes: number;
  /** BASE_PLPMTU: what nearly every path carries, `minBytes` to `maxBytes`. Default 1200, or the nearest to it. */
  readonly baseBytes?: number;
  /** MAX_PLPMTU: the most to try, such as the MTU of the interface; `minBytes` to 65 575. */
  readonly maxBytes: number;
  /** Sizes to try before any others. Default: the common ones. */
  readonly candidates?: readonly number[];
  /**
   * Probes per round trip, 1 to 12, default 12. With 1 the search keeps to the letter of RFC 8899:
   * one probe at a time, waits of a second or more, and an end after three failures in a row.
   */
  readonly maxProbesAtOnce?: number;
  /**
   * The chance of taking loss for a limit at which a size counts as refuted; 1e-12 to 0.1, default
   * 1e-4. It is averaged over the losses that fit what was seen: where a third of the round trips or
   * more are lost, but none of the few that were looked at, about one answer in a thousand is wrong.
   */
  readonly maxErrorProbability?: number;
  /** Where a search ends without a proven result; 10 to 100 000 probes, default 400. */
  readonly maxProbeCount?: number;
  /** PMTU_RAISE_TIMER: how long a result stands before larger sizes are tried; from 300 s, default 600 s. */
  readonly raiseIntervalNs?: number;
  /**
   * CONFIRMATION_TIMER: how often a result is checked, 1 s to the raise interval. For users whose
   * datagrams are not acknowledged; default never.
   */
  readonly confirmationIntervalNs?: number;
}

/** Every option, given or by default, and checked. */
export interface SearchSettings extends Required<Omit<PathMtuSearchOptions, "candidates">> {
  /** In ascending order. */
  readonly candidates: readonly number[];
}

const NS_PER_SECOND = 1_000_000_000;
const LEAST_PACKET_BYTES = 28;
const MOST_PACKET_BYTES = 65_575;
const USUAL_BASE_BYTES = 1200;
const MAX_PROBES_AT_ONCE = 12;
const NEVER_NS = Number.POSITIVE_INFINITY;

/** @throws UdpError `UDP_BAD_OPTION`. */
export function searchSettings(options: PathMtuSearchOptions): SearchSettings {
  const minBytes = integerOption(
    "minBytes",
    options.minBytes,
    LEAST_PACKET_BYTES,
    MOST_PACKET_BYTES,
  );
  const maxBytes = integerOption("maxBytes", options.maxBytes, minBytes, MOST_PACKET_BYTES);
  const usualBaseBytes = Math.min(Math.max(USUAL_BASE_BYTES, minBytes), maxBytes);
  const { baseBytes = usualBaseBytes, maxProbesAtOnce = MAX_PROBES_AT_ONCE } = options;
  return {
    minBytes,
    maxBytes,
    baseBytes: integerOption("baseBytes", baseBytes, minBytes, maxBytes),
    candidates: sortedCandidates(options.candidates ?? COMMON_PACKET_BYTES),
    maxProbesAtOnce: probesAtOnce(maxProbesAtOnce),
    maxErrorProbability: numberOption(
      "maxErrorProbability",
      options.maxErrorProbability ?? 1e-4,
      1e-12,
      0.1,
    ),
    maxProbeCount: integerOption("maxProbeCount", options.maxProbeCount ?? 400, 10, 100_000),
    ...intervals(options),
  };
}

function intervals({
  raiseIntervalNs = 600 * NS_PER_SECOND,
  confirmationIntervalNs = NEVER_NS,
}: PathMtuSearchOptions): Pick<SearchSettings, "raiseIntervalNs" | "confirmationIntervalNs"> {
  numberOption("raiseIntervalNs", raiseIntervalNs, 300 * NS_PER_SECOND, NEVER_NS);
  if (confirmationIntervalNs !== NEVER_NS) {
    numberOption("confirmationIntervalNs", confirmationIntervalNs, NS_PER_SECOND, raiseIntervalNs);
  }
  return { raiseIntervalNs, confirmationIntervalNs };
}

function sortedCandidates(candidates: readonly number[]): readonly number[] {
  for (const bytes of candidates) integerOption("candidates", bytes, 1, MOST_PACKET_BYTES);
  return [...new Set(candidates)].toSorted((one, other) => one - other);
}

/** Two or three at once could hold neither a comparison nor its control. */
function probesAtOnce(count: number): number {
  integerOption("maxProbesAtOnce", count, 1, MAX_PROBES_AT_ONCE);
  if (count === 1 || count >= 4) return count;
  throw new UdpError("UDP_BAD_OPTION", `maxProbesAtOnce: expected 1 or 4 to 12; got ${count}`);
}
