/** One message of rtnetlink(7), without its header. */
export interface NetlinkMessage {
  /** RTM_…; the answer to a request that failed has another one, NLMSG_ERROR. */
  readonly type: number;
  readonly body: Uint8Array;
}

/** A message of the kernel's. */
export interface NetlinkAnswer extends NetlinkMessage {
  /** Whether what is dumped changed meanwhile, so that some of it may be missing. */
  readonly isInterrupted: boolean;
}

const NLM_F_REQUEST = 1;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_DUMP = 0x3_00;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const HEADER_BYTES = 16; // struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid; }
const ATTRIBUTE_HEADER_BYTES = 4; // struct rtattr { u16 len; u16 type; }
const ALIGNMENT_BYTES = 4;

/** A request with its header; numbers are in host order. */
export function encodeNetlinkRequest(
  { type, body }: NetlinkMessage,
  { isDump = false }: { readonly isDump?: boolean } = {},
): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + body.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.byteLength, true);
  view.setUint16(4, type, true);
  view.setUint16(6, isDump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST, true);
  message.set(body, HEADER_BYTES);
  return message;
}

/** The messages in what the kernel sent at once, up to the first that is not whole. */
export function decodeNetlinkMessages(bytes: Uint8Array): NetlinkAnswer[] {
  const messages: NetlinkAnswer[] = [];
  for (let offset = 0; ; ) {
    const message = decodeNetlinkMessage(bytes.subarray(offset));
    if (message === undefined) return messages;
    messages.push(message);
    offset += align(HEADER_BYTES + message.body.byteLength);
  }
}

/** Whether nothing more comes of a dump. */
export function isEndOfDump({ type }: NetlinkMessage): boolean {
  return type === NLMSG_DONE;
}

/** The error number of a message that says that a request failed, `undefined` for any other one. */
export function refusalNumber({ type, body }: NetlinkMessage): number | undefined {
  if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return undefined;
  const error = numberAt(body, 0) ?? 0; // struct nlmsgerr { i32 error; … }
  return error < 0 ? -error : undefined;
}

/** The number at an offset, in host order; `undefined` where the bytes end before. */
export function numberAt(bytes: Uint8Array | undefined, offset: number): number | undefined {
  if (bytes === undefined || bytes.byteLength < offset + 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(offset, true);
}

function decodeNetlinkMessage(bytes: Uint8Array): NetlinkAnswer | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  if (length < HEADER_BYTES || length > bytes.byteLength) return undefined;
  return {
    type: view.getUint16(4, true),
    isInterrupted: (view.getUint16(6, true) & NLM_F_DUMP_INTR) !== 0,
    body: bytes.subarray(HEADER_BYTES, length),
  };
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
