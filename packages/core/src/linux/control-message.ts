/** What the kernel is told, or tells, beside a datagram. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

const HEADER_BYTES = 16;
const ALIGNMENT_BYTES = 8;

/** `struct cmsghdr { u64 len; i32 level; i32 type; }` and its data, filled up to a multiple of 8. */
export function encodeControlMessage({ level, type, data }: ControlMessage): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + aligned(data.byteLength));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(HEADER_BYTES + data.byteLength), true);
  view.setInt32(8, level, true);
  view.setInt32(12, type, true);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}

/** The messages in a control buffer, up to the first one that is cut short. */
export function decodeControlMessages(bytes: Uint8Array): ControlMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: ControlMessage[] = [];
  for (let offset = 0; offset + HEADER_BYTES <= bytes.byteLength; ) {
    const length = view.getUint32(offset, true); // musl fills the upper half with nothing
    if (length < HEADER_BYTES || offset + length > bytes.byteLength) break;
    messages.push({
      level: view.getInt32(offset + 8, true),
      type: view.getInt32(offset + 12, true),
      data: bytes.subarray(offset + HEADER_BYTES, offset + length),
    });
    offset += aligned(length);
  }
  return messages;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
