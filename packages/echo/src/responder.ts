/** How a server answers: with the length of what it received, or with the same bytes (RFC 862). */
export type ReplyMode = "length" | "echo";

/**
 * Writes the answer to `request` into `reply` and returns its length in bytes. A pure function over
 * bytes that allocates nothing; `reply` holds at least {@link MAX_REPLY_BYTES}.
 */
export type Responder = (request: Uint8Array, reply: Uint8Array) => number;

/** As large as the largest request, which `echo` sends back whole. */
export const MAX_REPLY_BYTES = 65_535;

const PREFIX = new TextEncoder().encode("Your data was ");
const SUFFIX = new TextEncoder().encode(" bytes long");

const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;
const MAX_DIGITS = 5;

const writeLength: Responder = (request, reply) => {
  reply.set(PREFIX, 0);
  const digits = decimalDigits(request.byteLength);
  let rest = request.byteLength;
  for (let at = PREFIX.length + digits - 1; at >= PREFIX.length; at--) {
    reply[at] = DIGIT_ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  reply.set(SUFFIX, PREFIX.length + digits);
  return PREFIX.length + digits + SUFFIX.length;
};

const writeEcho: Responder = (request, reply) => {
  reply.set(request, 0);
  return request.byteLength;
};

export const responders: Readonly<Record<ReplyMode, Responder>> = {
  length: writeLength,
  echo: writeEcho,
};

/** Whether these bytes are an answer of mode `length`, `Your data was 38 bytes long`. */
export function isLengthReply(payload: Uint8Array): boolean {
  const digits = payload.byteLength - PREFIX.length - SUFFIX.length;
  if (digits < 1 || digits > MAX_DIGITS) return false;
  if (!holdsAt(payload, 0, PREFIX)) return false;
  if (!holdsAt(payload, PREFIX.length + digits, SUFFIX)) return false;
  for (let at = PREFIX.length; at < PREFIX.length + digits; at++) {
    const byte = payload[at] ?? 0;
    if (byte < DIGIT_ZERO || byte > DIGIT_NINE) return false;
  }
  return true;
}

function decimalDigits(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return digits;
}

function holdsAt(payload: Uint8Array, offset: number, part: Uint8Array): boolean {
  for (let index = 0; index < part.length; index++) {
    if (payload[offset + index] !== part[index]) return false;
  }
  return true;
}
