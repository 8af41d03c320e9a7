import { createHmac } from "node:crypto";

// The frame as the README describes it, read by itself: what the sessions believe is held against it.

const HEADER_BYTES = 36;
const COOKIE_BYTES = 24;
const MAC_BYTES = 16;

/** A datagram that is a frame. */
export interface WireFrame {
  readonly type: number;
  readonly attempt: number;
  readonly id: string;
  readonly boot: string;
  readonly cookie: string | undefined;
}

export const REQUEST = 1;
export const REQUEST_WITH_COOKIE = 2;
export const ANSWER = 3;
export const ERROR = 4;
export const COOKIE = 6;
export const TOO_LARGE = 9;

/** The frame, where it is one of this version, whole, and authentic where there is a key. */
export function readWireFrame(bytes: Uint8Array, key?: Uint8Array): WireFrame | undefined {
  const buffer = Buffer.from(bytes);
  const end = buffer.length - (key === undefined ? 0 : MAC_BYTES);
  if (end < HEADER_BYTES || buffer.toString("latin1", 0, 4) !== "uREL" || buffer[4] !== 1) return;
  const code = buffer.readUInt8(5);
  if (code >= 128 !== (key !== undefined)) return;
  if (key !== undefined && !macOf(buffer.subarray(0, end), key).equals(buffer.subarray(end)))
    return;
  const type = code % 128;
  const attempt = buffer.readUInt16BE(6);
  if (type === 0 || type > TOO_LARGE || attempt === 0) return;
  const hasCookie = type === REQUEST_WITH_COOKIE || type === COOKIE;
  if (hasCookie && end < HEADER_BYTES + COOKIE_BYTES) return;
  return {
    type,
    attempt,
    id: buffer.toString("hex", 8, 24),
    boot: buffer.toString("hex", 24, 32),
    cookie: hasCookie
      ? buffer.toString("hex", HEADER_BYTES, HEADER_BYTES + COOKIE_BYTES)
      : undefined,
  };
}

/** The datagram with a code of authentication that is right. */
export function seal(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.subarray(0, Math.max(bytes.length - MAC_BYTES, 0)));
  if (buffer.length > 5) buffer.writeUInt8(buffer.readUInt8(5) | 128, 5);
  return new Uint8Array(Buffer.concat([buffer, macOf(buffer, key)]));
}

function macOf(bytes: Uint8Array, key: Uint8Array): Buffer {
  return createHmac("sha256", key).update(bytes).digest().subarray(0, MAC_BYTES);
}
