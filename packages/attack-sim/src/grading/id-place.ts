import { UdpError } from "@udp/core";

/** Where a request carries its id: so many bytes from the first one on, big-endian. */
export interface IdPlace {
  readonly offset: number;
  readonly bytes: number;
}

const MAX_ID_BYTES = 8;

/**
 * Reads `offset:bytes`, such as `0:2` for DNS.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function parseIdPlace(text: string): IdPlace {
  const [, offset, bytes] = /^(\d{1,4}):(\d)$/.exec(text) ?? [];
  const place = { offset: Number(offset), bytes: Number(bytes) };
  if (place.bytes >= 1 && place.bytes <= MAX_ID_BYTES) return place;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `expected an offset and 1 to ${MAX_ID_BYTES} bytes, such as 0:2; got ${JSON.stringify(text)}`,
  );
}

/**
 * The id of a request, to the precision of a double; `undefined` where it is too short to have one.
 */
export function idIn(payload: Uint8Array, { offset, bytes }: IdPlace): number | undefined {
  if (payload.byteLength < offset + bytes) return undefined;
  return Number(`0x${payload.subarray(offset, offset + bytes).toHex()}`);
}
