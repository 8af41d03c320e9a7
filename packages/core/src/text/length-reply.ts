const PREFIX = new TextEncoder().encode("Your data was ");
const SUFFIX = new TextEncoder().encode(" bytes long");

const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;
const MAX_DIGITS = 5;

/**
 * Writes the answer to a request of so many bytes into `reply`, and returns its length. Allocates
 * nothing.
 */
export function writeLengthReply(requestBytes: number, reply: Uint8Array): number {
  reply.set(PREFIX, 0);
  const digits = decimalDigits(requestBytes);
  let rest = requestBytes;
  for (let at = PREFIX.length + digits - 1; at >= PREFIX.length; at--) {
    reply[at] = DIGIT_ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  reply.set(SUFFIX, PREFIX.length + digits);
  return PREFIX.length + digits + SUFFIX.length;
}

/** Whether these bytes are such an answer: `Your data was 38 bytes long`. */
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
