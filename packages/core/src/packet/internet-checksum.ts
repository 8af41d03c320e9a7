/**
 * The one's complement sum of 16-bit words, most significant byte first (RFC 1071). An odd last
 * byte counts as if a zero followed. Sums chain: `sum` is that of whole words before these bytes.
 */
export function onesComplementSum(bytes: Uint8Array, sum = 0): number {
  let total = sum;
  for (let at = 0; at < bytes.length; at += 2) {
    total += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  }
  while (total > 0xff_ff) total = (total % 0x1_00_00) + Math.floor(total / 0x1_00_00);
  return total;
}

/** The Internet checksum (RFC 1071) of bytes in which the field for the checksum itself is zero. */
export function internetChecksum(bytes: Uint8Array, sum = 0): number {
  return 0xff_ff - onesComplementSum(bytes, sum);
}
