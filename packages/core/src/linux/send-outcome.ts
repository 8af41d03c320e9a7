import type { Endpoint } from "../address/endpoint.ts";
import type { SocketErrorCode } from "../errors.ts";
import { datagramError, isQueueFull } from "../socket/system-error.ts";

/**
 * What became of a datagram at this host.
 * `sent`: it is on its way.
 * `would-block`: the buffer or the interface's queue had no room for it.
 * `too-large`: larger than what the interface, or the kernel's view of the path, carries.
 * `refused`: nothing listens there.
 * `unreachable`: no way leads there, by the interface or from the source that was chosen.
 * `not-permitted`: a rule of this host, or a broadcast address, forbids it.
 */
export type SendOutcome =
  | "sent"
  | "would-block"
  | "too-large"
  | "refused"
  | "unreachable"
  | "not-permitted";

const OUTCOMES: ReadonlyMap<SocketErrorCode, SendOutcome> = new Map([
  ["UDP_TOO_LARGE", "too-large"],
  ["UDP_REFUSED", "refused"],
  ["UDP_UNREACHABLE", "unreachable"],
  ["UDP_PERMISSION", "not-permitted"],
]);

/**
 * A failed send in a word.
 *
 * @throws UdpError `UDP_SYSTEM` for what has no word.
 */
export function outcomeOf(failure: Error, to: Endpoint): SendOutcome {
  const code = "code" in failure ? failure.code : undefined;
  if (isQueueFull(failure) || code === "EAGAIN") return "would-block";
  // All else that the kernel could find invalid was looked at before.
  if (code === "EINVAL") return "unreachable";
  const error = datagramError(failure, to);
  const outcome = OUTCOMES.get(error.code);
  if (outcome === undefined) throw error;
  return outcome;
}
