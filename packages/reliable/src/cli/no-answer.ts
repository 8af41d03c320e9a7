import { counted } from "@udp/core/cli";
import { ReliableError } from "../errors.ts";
import type { RequesterCounters } from "../requester-counters.ts";

/** What came and was not believed, by reason. */
export type Faults = RequesterCounters["faults"];

/**
 * What no answer means, and what to do: a server that says something nobody can believe is not down.
 *
 * @param hasKey whether frames were authenticated.
 */
export function explainNoAnswer(
  cause: ReliableError,
  faults: Faults,
  hasKey: boolean,
): ReliableError {
  const heard = describeFaults(faults, hasKey);
  const message =
    heard === undefined
      ? `I think the server is down. ${cause.message}${hasKey ? KEY_HINT : ""}`
      : `${cause.message}, but ${heard}`;
  return new ReliableError(cause.code, message, { cause });
}

const KEY_HINT = "; one with another key, or with none, does not answer either";

function describeFaults(faults: Faults, hasKey: boolean): string | undefined {
  const { foreign, unauthenticated, malformed } = faults;
  if (foreign > 0) {
    const advice = hasKey ? "the server knows no frames" : "try --plain";
    return `${counted(foreign, "datagram")} without a frame came; ${advice}`;
  }
  if (unauthenticated > 0) {
    const frames = counted(unauthenticated, "frame");
    return hasKey
      ? `${frames} came that this key did not make; is it the server's?`
      : `${frames} came that a key made; give it with --key-file`;
  }
  const otherVersion = faults["other-version"];
  if (otherVersion > 0) return `${counted(otherVersion, "frame")} of another version came`;
  const useless = malformed + faults["not-an-answer"];
  return useless > 0 ? `${counted(useless, "frame")} came that answer nothing` : undefined;
}
