import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import { ReliableError } from "./errors.ts";
import type { PendingRequest } from "./pending-request.ts";

export function requestTooLarge(bytes: number, limitBytes: number): ReliableError {
  const message = `expected a request of at most ${limitBytes} bytes; got ${bytes}`;
  return new ReliableError("RELIABLE_TOO_LARGE", message);
}

export function answerTooLarge(limitBytes: number): ReliableError {
  const message = `the answer is larger than the ${limitBytes} bytes that the server may send`;
  return new ReliableError("RELIABLE_TOO_LARGE", message);
}

/** @param reason as the server gave it. */
export function handlerFailed(reason: Uint8Array): ReliableError {
  const message = `the server failed to carry it out: ${new TextDecoder().decode(reason)}`;
  return new ReliableError("RELIABLE_HANDLER_FAILED", message);
}

export function outcomeUnknown({ peer }: PendingRequest): ReliableError {
  const where = formatEndpoint(peer.endpoint);
  const message = `${where} was started anew; whether the request was carried out before is not known`;
  return new ReliableError("RELIABLE_OUTCOME_UNKNOWN", message);
}

/** Nothing came, or nothing but that there is no room. */
export function unanswered(request: PendingRequest): ReliableError {
  const { peer, sentAtNs, refusedAttempts, phase } = request;
  const where = formatEndpoint(peer.endpoint);
  if (sentAtNs.length === 0) {
    const message = `${where} was not asked in time: earlier requests still wait for it`;
    return new ReliableError("RELIABLE_NO_ANSWER", message);
  }
  if (refusedAttempts.size === sentAtNs.length) {
    return new ReliableError("RELIABLE_BUSY", `${where} has no room for another request`);
  }
  const refusals = refusedAttempts.size === 0 ? "" : `; it refused ${refusedAttempts.size}`;
  const besides =
    phase === "acknowledged" ? "; it has the request, and was at work on it" : refusals;
  return noAnswer(peer.endpoint, sentAtNs.length, besides);
}

export function notListening(server: Endpoint): ReliableError {
  const message = `Nothing is listening at ${formatEndpoint(server)}`;
  return new ReliableError("RELIABLE_NOT_LISTENING", message);
}

export function noAnswer(server: Endpoint, sentCount: number, besides = ""): ReliableError {
  const count = sentCount === 1 ? "1 datagram" : `${sentCount} datagrams`;
  const message = `No answer came from ${formatEndpoint(server)} to ${count}${besides}`;
  return new ReliableError("RELIABLE_NO_ANSWER", message);
}
