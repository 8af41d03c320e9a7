/**
 * What stands behind the header of a datagram: zeros, bytes that are drawn anew for each, or a pattern
 * that is repeated.
 */
export type PayloadFill = "zero" | "random" | Uint8Array;

/** Bytes that one call for random ones may ask for (Web Cryptography API section 10.1.1). */
const MAX_RANDOM_BYTES = 65_536;

/** Fills a whole payload; the header is written over it. */
export function fillPayload(fill: PayloadFill): (payload: Uint8Array) => void {
  if (fill === "zero") return () => undefined;
  if (fill === "random") {
    return (payload) => crypto.getRandomValues(payload.subarray(0, MAX_RANDOM_BYTES));
  }
  return (payload) => {
    for (let at = 0; at < payload.byteLength; at += fill.byteLength) {
      payload.set(fill.subarray(0, payload.byteLength - at), at);
    }
  };
}
