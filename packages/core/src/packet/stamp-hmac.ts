/** The part of the digest that a packet carries (RFC 8762 section 4.4). */
export const STAMP_HMAC_BYTES = 16;

/** HMAC-SHA-256 (RFC 2104), cut to 128 bits. */
export function stampHmac(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256", key).update(bytes).digest().subarray(0, STAMP_HMAC_BYTES);
}
