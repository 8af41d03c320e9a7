import { writeLengthReply } from "@udp/core";

/** How a server answers: with the length of what it received, or with the same bytes (RFC 862). */
export type ReplyMode = "length" | "echo";

/**
 * Writes the answer to `request` into `reply` and returns its length in bytes. A pure function over
 * bytes that allocates nothing; `reply` holds at least {@link MAX_REPLY_BYTES}.
 */
export type Responder = (request: Uint8Array, reply: Uint8Array) => number;

/** As large as the largest request, which `echo` sends back whole. */
export const MAX_REPLY_BYTES = 65_535;

const writeLength: Responder = (request, reply) => writeLengthReply(request.byteLength, reply);

const writeEcho: Responder = (request, reply) => {
  reply.set(request, 0);
  return request.byteLength;
};

export const responders: Readonly<Record<ReplyMode, Responder>> = {
  length: writeLength,
  echo: writeEcho,
};
