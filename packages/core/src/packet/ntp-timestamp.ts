const NS_PER_SECOND = 1_000_000_000n;

/** From 1900, where NTP counts from, to 1970. */
const UNIX_EPOCH_SECONDS = 2_208_988_800n;

/** An era of NTP: seconds are counted in 32 bits (RFC 5905 section 6). */
const ERA_SECONDS = 1n << 32n;

/** Half a nanosecond's worth of rounding, so that what was encoded is decoded. */
const HALF = 1n << 31n;

/**
 * Nanoseconds since 1970 as an NTP timestamp (RFC 5905 section 6): 32 bits of seconds since 1900,
 * modulo an era, and 32 bits of a second's fraction, rounded down.
 */
export function encodeNtpTimestamp(unixNs: bigint): bigint {
  const wholeSeconds = floorDivide(unixNs, NS_PER_SECOND);
  const fraction = ((unixNs - wholeSeconds * NS_PER_SECOND) << 32n) / NS_PER_SECOND;
  return (BigInt.asUintN(32, wholeSeconds + UNIX_EPOCH_SECONDS) << 32n) | fraction;
}

/**
 * Nanoseconds since 1970 of an NTP timestamp, to the nearest one: what {@link encodeNtpTimestamp} was
 * given. The era is that of 1968 to 2104, as RFC 4330 section 3 has it.
 */
export function decodeNtpTimestamp(timestamp: bigint): bigint {
  const seconds = timestamp >> 32n;
  const era = seconds < HALF ? ERA_SECONDS : 0n;
  const fractionNs = (BigInt.asUintN(32, timestamp) * NS_PER_SECOND + HALF) >> 32n;
  return (seconds + era - UNIX_EPOCH_SECONDS) * NS_PER_SECOND + fractionNs;
}

/** Rounded down also below zero. */
function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
