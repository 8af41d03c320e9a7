import { timingSafeEqual } from "node:crypto";
import { decodeUtf8 } from "@udp/core";

//  0       1               4               8              16
// +-------+---------------+---------------+---------------+
// | kind  |       0       |   sequence    |      id       |
// +-------+---------------+---------------+---------------+
// |            sent at            |          MAC          …
// +-------------------------------+-----------------------+
// … MAC, 16 bytes in all          | text                  …
// +-------------------------------+-----------------------+
//
// Numbers are big-endian. A client looks only at what its defences are about.

/** A request of the laboratory's client, or an answer to it. */
export interface ExchangeFrame {
  readonly kind: "request" | "answer";
  /** Counts what its sender has sent, from 1 on; 32 bits. */
  readonly sequence: number;
  /** An answer repeats that of its request; 64 bits, 0 where none is used. */
  readonly id: bigint;
  /** By the clock of the laboratory, in whole milliseconds; 48 bits. */
  readonly sentAtMs: number;
  readonly text: string;
}

const KINDS = ["request", "answer"] as const;
const SEQUENCE_OFFSET = 4;
const ID_OFFSET = 8;
const TIME_OFFSET = 16;
const MAC_OFFSET = 24;
const MAC_BYTES = 16;
const HEADER_BYTES = MAC_OFFSET + MAC_BYTES;

/** @param key authenticates the frame; without it the place of the MAC is zeros. */
export function encodeFrame(frame: ExchangeFrame, key?: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES + Buffer.byteLength(frame.text));
  bytes.writeUInt8(KINDS.indexOf(frame.kind) + 1);
  bytes.writeUInt32BE(frame.sequence, SEQUENCE_OFFSET);
  bytes.writeBigUInt64BE(frame.id, ID_OFFSET);
  bytes.writeUIntBE(frame.sentAtMs, TIME_OFFSET + 2, 6);
  bytes.write(frame.text, HEADER_BYTES);
  if (key !== undefined) bytes.set(macOf(bytes, key), MAC_OFFSET);
  return bytes;
}

/** The frame in these bytes, authentic or not; `undefined` where they are none. */
export function decodeFrame(payload: Uint8Array): ExchangeFrame | undefined {
  if (payload.byteLength < HEADER_BYTES) return undefined;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const kind = KINDS[bytes.readUInt8() - 1];
  const text = decodeUtf8(bytes.subarray(HEADER_BYTES));
  const isPadded = bytes.readUIntBE(1, 3) === 0 && bytes.readUInt16BE(TIME_OFFSET) === 0;
  if (kind === undefined || !text.isText || !isPadded) return undefined;
  return {
    kind,
    sequence: bytes.readUInt32BE(SEQUENCE_OFFSET),
    id: bytes.readBigUInt64BE(ID_OFFSET),
    sentAtMs: bytes.readUIntBE(TIME_OFFSET + 2, 6),
    text: text.text,
  };
}

/** Whether whoever made this frame had the key. */
export function isAuthentic(payload: Uint8Array, key: Uint8Array): boolean {
  if (payload.byteLength < HEADER_BYTES) return false;
  const mac = payload.subarray(MAC_OFFSET, HEADER_BYTES);
  return timingSafeEqual(mac, macOf(payload, key));
}

/** The first 16 bytes of HMAC-SHA-256 over all but the MAC (RFC 2104 section 5). */
function macOf(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256", key)
    .update(bytes.subarray(0, MAC_OFFSET))
    .update(bytes.subarray(HEADER_BYTES))
    .digest()
    .subarray(0, MAC_BYTES);
}
