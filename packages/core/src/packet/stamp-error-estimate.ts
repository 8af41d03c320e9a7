import type { ClockStatus } from "../timing/clock-status.ts";

// bit 15  S: the clock is synchronised to UTC by an outside source
// bit 14  Z: 0 for NTP timestamps, 1 for truncated PTPv2 ones
// 13 to 8 Scale
//  7 to 0 Multiplier                      RFC 8762 section 4.2.1, RFC 4656 section 4.1.2

const SYNCHRONISED = 0x80_00;
const PTP = 0x40_00;
const SCALE_BITS = 8;
const MAX_SCALE = 0x3f;
const MAX_MULTIPLIER = 0xff;

/** What a sender of STAMP packets says of its clock. */
export interface StampErrorEstimate {
  /** Whether the clock is synchronised to UTC by an outside source. */
  readonly isSynchronised: boolean;
  /** What the timestamps beside it are. */
  readonly format: "ntp" | "ptp";
  /** 0 to 63. */
  readonly scale: number;
  /** 1 to 255. */
  readonly multiplier: number;
}

/** The field of 16 bits. */
export function encodeStampErrorEstimate(estimate: StampErrorEstimate): number {
  const { isSynchronised, format, scale, multiplier } = estimate;
  const flags = (isSynchronised ? SYNCHRONISED : 0) | (format === "ptp" ? PTP : 0);
  return flags | ((scale & MAX_SCALE) << SCALE_BITS) | (multiplier & MAX_MULTIPLIER);
}

/** `undefined` where the multiplier is 0, which no clock has: the packet is to be thrown away. */
export function decodeStampErrorEstimate(field: number): StampErrorEstimate | undefined {
  const multiplier = field & MAX_MULTIPLIER;
  if (multiplier === 0) return undefined;
  return {
    isSynchronised: (field & SYNCHRONISED) !== 0,
    format: (field & PTP) === 0 ? "ntp" : "ptp",
    scale: (field >> SCALE_BITS) & MAX_SCALE,
    multiplier,
  };
}

/** How far the clock may be off, in seconds: multiplier · 2^(scale - 32). */
export function stampErrorSeconds({ scale, multiplier }: StampErrorEstimate): number {
  return multiplier * 2 ** (scale - 32);
}

/**
 * What to say of a clock with NTP timestamps: the smallest error that the field can express and that is
 * not less than `maxErrorNs`. Errors above 2^31 · 255 s are cut to that.
 */
export function estimateStampError({
  isSynchronised,
  maxErrorNs,
}: ClockStatus): StampErrorEstimate {
  let multiplier = Math.max(Math.ceil((maxErrorNs / 1e9) * 2 ** 32), 1);
  let scale = 0;
  while (multiplier > MAX_MULTIPLIER && scale < MAX_SCALE) {
    multiplier = Math.ceil(multiplier / 2);
    scale++;
  }
  return { isSynchronised, format: "ntp", scale, multiplier: Math.min(multiplier, MAX_MULTIPLIER) };
}
