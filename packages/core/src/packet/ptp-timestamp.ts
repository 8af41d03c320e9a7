const NS_PER_SECOND = 1_000_000_000n;

/**
 * Nanoseconds since 1970 of a truncated PTPv2 timestamp (IEEE 1588, RFC 8762 section 4.2.1): 32 bits of
 * seconds and 32 of nanoseconds; `undefined` where those are a second or more. Sources that keep to PTP
 * count by TAI, which is 37 s ahead of UTC since 2017; others count by UTC. The timestamp does not tell.
 */
export function decodePtpTimestamp(timestamp: bigint): bigint | undefined {
  const nanoseconds = BigInt.asUintN(32, timestamp);
  if (nanoseconds >= NS_PER_SECOND) return undefined;
  return (timestamp >> 32n) * NS_PER_SECOND + nanoseconds;
}
