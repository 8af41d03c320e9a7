import { UdpError } from "./errors.ts";
import { integerOption } from "./option-check.ts";

/** The shortest key that two ends may share. */
export const MIN_KEY_BYTES = 16;
/** The longest. */
export const MAX_KEY_BYTES = 64;

/**
 * A key that two ends share, {@link MIN_KEY_BYTES} to {@link MAX_KEY_BYTES} long. It may be given by a
 * program that is not typed, and is never part of a message.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function sharedKeyOption(key: Uint8Array): Uint8Array {
  const given: unknown = key;
  if (!(given instanceof Uint8Array)) {
    throw new UdpError("UDP_BAD_OPTION", `key: expected bytes; got ${typeof given}`);
  }
  integerOption("key bytes", key.byteLength, MIN_KEY_BYTES, MAX_KEY_BYTES);
  return key;
}
