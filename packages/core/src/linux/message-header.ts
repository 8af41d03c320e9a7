/** Where some bytes lie in this process; a span of none is at 0. */
export interface Span {
  readonly address: number;
  readonly byteLength: number;
}

/** What one `sendmsg` or `recvmsg` reads or fills. */
export interface MessageSpans {
  /** The other end, a `struct sockaddr`. */
  readonly name: Span;
  readonly payload: Span;
  /** Control messages. */
  readonly control: Span;
}

/** How much of the spans `recvmsg` filled, and what it says about it; `payload` is its result. */
export interface FilledHeader {
  readonly nameBytes: number;
  readonly controlBytes: number;
}

const MSGHDR_BYTES = 56;
const IOVEC_BYTES = 16;
const WORD_BYTES = 8;
const HALF_WORD_BYTES = 4;

/** A `struct msghdr`, and the one `struct iovec` that it points to right behind it. */
export const MESSAGE_HEADER_BYTES: number = MSGHDR_BYTES + IOVEC_BYTES;

/**
 * ```text
 *  0 name     8 name bytes, 4 empty    16 iovec   24 1
 * 32 control 40 control bytes          48 flags, 4 empty
 * 56 payload 64 payload bytes                               (the iovec)
 * ```
 *
 * @param header at least {@link MESSAGE_HEADER_BYTES} that lie at `address`.
 */
export function writeMessageHeader(header: DataView, address: number, spans: MessageSpans): void {
  const { name, payload, control } = spans;
  writeSpan(header, 0, name);
  writeSpan(header, 16, { address: address + MSGHDR_BYTES, byteLength: 1 });
  writeSpan(header, 32, control);
  writeWord(header, 48, 0);
  writeSpan(header, MSGHDR_BYTES, payload);
}

function writeSpan(header: DataView, offset: number, { address, byteLength }: Span): void {
  writeWord(header, offset, address);
  writeWord(header, offset + WORD_BYTES, byteLength);
}

/** In two halves, as bigints cost more. */
function writeWord(header: DataView, offset: number, value: number): void {
  header.setUint32(offset, value, true);
  header.setUint32(offset + HALF_WORD_BYTES, Math.floor(value / 2 ** 32), true);
}

/** What `recvmsg` left in the header. */
export function readMessageHeader(header: DataView): FilledHeader {
  return { nameBytes: header.getUint32(8, true), controlBytes: header.getUint32(40, true) };
}
