/** One message of rtnetlink(7), without its header. */
export interface NetlinkMessage {
  /** RTM_…; the answer to a request that failed has another one, NLMSG_ERROR. */
  readonly type: number;
  readonly body: Uint8Array;
}

const NLM_F_REQUEST = 1;
const HEADER_BYTES = 16; // struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid; }
const ATTRIBUTE_HEADER_BYTES = 4; // struct rtattr { u16 len; u16 type; }
const ALIGNMENT_BYTES = 4;

/** A request with its header; numbers are in host order. */
export function encodeNetlinkRequest({ type, body }: NetlinkMessage): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + body.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.byteLength, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  message.set(body, HEADER_BYTES);
  return message;
}

/** The first message of what the kernel sent; `undefined` where it is not whole. */
export function decodeNetlinkMessage(bytes: Uint8Array): NetlinkMessage | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  if (length < HEADER_BYTES || length > bytes.byteLength) return undefined;
  return { type: view.getUint16(4, true), body: bytes.subarray(HEADER_BYTES, length) };
}

/** One attribute, padded to where the next one begins. */
export function encodeAttribute(type: number, value: Uint8Array): Uint8Array {
  const length = ATTRIBUTE_HEADER_BYTES + value.byteLength;
  const attribute = new Uint8Array(align(length));
  const view = new DataView(attribute.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  attribute.set(value, ATTRIBUTE_HEADER_BYTES);
  return attribute;
}

/** Attributes by type, up to the first that is not whole; of a type that comes twice, the last. */
export function decodeAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = new Map<number, Uint8Array>();
  let offset = 0;
  while (offset + ATTRIBUTE_HEADER_BYTES <= bytes.byteLength) {
    const length = view.getUint16(offset, true);
    if (length < ATTRIBUTE_HEADER_BYTES || offset + length > bytes.byteLength) break;
    const value = bytes.subarray(offset + ATTRIBUTE_HEADER_BYTES, offset + length);
    attributes.set(view.getUint16(offset + 2, true), value);
    offset += align(length);
  }
  return attributes;
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
