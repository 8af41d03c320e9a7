import { timingSafeEqual } from "node:crypto";
import { STAMP_HMAC_BYTES, stampHmac } from "./stamp-hmac.ts";

//  0        8        16                32
// +--------+--------+-----------------+------···
// | U M I  |  type  |     length      | value         RFC 8972 section 4
// +--------+--------+-----------------+------···
//
// U  not understood: a session-sender sets it, a reflector that understands clears it
// M  malformed: the length is not right for the type, or goes beyond the packet
// I  the packet's HMAC TLV does not fit
//
// Type 0 is reserved. What begins with it is padding of a sender that knows no TLVs (RFC 8762).

const UNRECOGNIZED = 0x80;
const MALFORMED = 0x40;
const INTEGRITY_FAILED = 0x20;

const TYPE_OFFSET = 1;
const LENGTH_OFFSET = 2;
const HEADER_BYTES = 4;

const RESERVED = 0;
const EXTRA_PADDING = 1;
const HMAC = 8;

/** One TLV behind a STAMP packet, as it came. */
export interface StampTlv {
  /** 0 to 255, by the registry of RFC 8972 section 6. */
  readonly type: number;
  /** The reflector does not know the type. */
  readonly isUnrecognized: boolean;
  /** The reflector says so, or the length goes beyond the packet; nothing behind it can be read. */
  readonly isMalformed: boolean;
  /** The reflector says that the packet's HMAC TLV does not fit: none of its TLVs is to be believed. */
  readonly hasFailedIntegrity: boolean;
  /** As much as is there. */
  readonly value: Uint8Array;
}

/**
 * Makes padding of bytes that stand behind a session-sender's packet: one Extra Padding TLV, with what is
 * behind its header as its value (RFC 8972 section 4.1). Fewer bytes than a header has become zeros, which
 * are no TLV.
 */
export function padStampPacket(rest: Uint8Array): void {
  if (rest.byteLength < HEADER_BYTES) rest.fill(0);
  else writeHeader(EXTRA_PADDING, rest.byteLength - HEADER_BYTES, rest);
}

/** TLVs as a session-sender puts them behind its packet; values are at most 65,535 bytes. */
export function encodeStampTlvs(tlvs: readonly Pick<StampTlv, "type" | "value">[]): Uint8Array {
  return Buffer.concat(tlvs.flatMap(({ type, value }) => [headerOf(type, value), value]));
}

/**
 * The TLV that makes those before it believable in authenticated mode: its value is an HMAC over the
 * packet's sequence number and them (RFC 8972 section 4.8).
 */
export function stampHmacTlv(
  sequence: number,
  before: Uint8Array,
  key: Uint8Array,
): Pick<StampTlv, "type" | "value"> {
  return { type: HMAC, value: hmacOver(sequence, before, key) };
}

/** The TLVs in what stands behind a base packet. Bytes that are too few for another one are left out. */
export function decodeStampTlvs(bytes: Uint8Array): readonly StampTlv[] {
  const tlvs: StampTlv[] = [];
  for (let offset = firstOf(bytes); isTlvAt(bytes, offset); offset = endOf(bytes, offset)) {
    const flags = byteAt(bytes, offset);
    tlvs.push({
      type: typeOf(bytes, offset),
      isUnrecognized: (flags & UNRECOGNIZED) !== 0,
      isMalformed: isCut(bytes, offset) || (flags & MALFORMED) !== 0,
      hasFailedIntegrity: (flags & INTEGRITY_FAILED) !== 0,
      value: bytes.slice(offset + HEADER_BYTES, endOf(bytes, offset)),
    });
  }
  return tlvs;
}

/**
 * Whether TLVs may be believed in authenticated mode: there is padding alone, or an HMAC TLV that fits,
 * with nothing but padding behind it.
 */
export function areStampTlvsAuthentic(
  sequence: number,
  bytes: Uint8Array,
  key: Uint8Array,
): boolean {
  let isCovered = false;
  let isPaddingAlone = true;
  for (let offset = firstOf(bytes); isTlvAt(bytes, offset); offset = endOf(bytes, offset)) {
    const type = typeOf(bytes, offset);
    if (type === EXTRA_PADDING) continue;
    if (isCovered) return false;
    isPaddingAlone = false;
    isCovered = type === HMAC;
    if (isCovered && !hmacFits(sequence, bytes, offset, key)) return false;
  }
  return isCovered || isPaddingAlone;
}

/** How a reflector answers TLVs. */
export interface ReflectTlvsOptions {
  /** Of the request. */
  readonly requestSequence: number;
  /** Of the reply. */
  readonly replySequence: number;
  /** In authenticated mode. */
  readonly key?: Uint8Array | undefined;
}

/**
 * Turns what stood behind a request into what a reflector that knows padding and HMACs sends back of it:
 * each TLV with its flags (RFC 8972 section 4), in authenticated mode with an HMAC of the reply's own.
 * Where the request's HMAC does not fit, all is left as it came and marked.
 */
export function reflectStampTlvs(bytes: Uint8Array, options: ReflectTlvsOptions): void {
  const { requestSequence, replySequence, key } = options;
  const isBelieved = key === undefined || areStampTlvsAuthentic(requestSequence, bytes, key);
  for (let offset = firstOf(bytes); isTlvAt(bytes, offset); offset = endOf(bytes, offset)) {
    const malformed = isMalformedAt(bytes, offset, key) ? MALFORMED : 0;
    const type = typeOf(bytes, offset);
    const unrecognized = isKnown(type, key) ? 0 : UNRECOGNIZED;
    const failed = byteAt(bytes, offset) | INTEGRITY_FAILED;
    bytes[offset] = malformed | (isBelieved ? unrecognized : failed);
    if (isBelieved && key !== undefined && type === HMAC) {
      const hmac = hmacOver(replySequence, bytes.subarray(0, offset), key);
      bytes.set(hmac, offset + HEADER_BYTES);
    }
  }
}

/** Where the first TLV begins; behind all bytes where there is none. */
function firstOf(bytes: Uint8Array): number {
  return bytes[TYPE_OFFSET] === RESERVED ? bytes.byteLength : 0;
}

function isTlvAt(bytes: Uint8Array, offset: number): boolean {
  return offset + HEADER_BYTES <= bytes.byteLength;
}

function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

function typeOf(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset + TYPE_OFFSET);
}

function lengthOf(bytes: Uint8Array, offset: number): number {
  const at = offset + LENGTH_OFFSET;
  return 256 * byteAt(bytes, at) + byteAt(bytes, at + 1);
}

/** Whether its length goes beyond the bytes. */
function isCut(bytes: Uint8Array, offset: number): boolean {
  return offset + HEADER_BYTES + lengthOf(bytes, offset) > bytes.byteLength;
}

/** Behind its value, or behind all bytes. */
function endOf(bytes: Uint8Array, offset: number): number {
  return Math.min(offset + HEADER_BYTES + lengthOf(bytes, offset), bytes.byteLength);
}

function isMalformedAt(bytes: Uint8Array, offset: number, key: Uint8Array | undefined): boolean {
  if (isCut(bytes, offset)) return true;
  const isHmac = key !== undefined && typeOf(bytes, offset) === HMAC;
  return isHmac && lengthOf(bytes, offset) !== STAMP_HMAC_BYTES;
}

/** Without a key nothing can be made of an HMAC. */
function isKnown(type: number, key: Uint8Array | undefined): boolean {
  return type === EXTRA_PADDING || (type === HMAC && key !== undefined);
}

function hmacFits(sequence: number, bytes: Uint8Array, offset: number, key: Uint8Array): boolean {
  if (isMalformedAt(bytes, offset, key)) return false;
  const hmac = bytes.subarray(offset + HEADER_BYTES, endOf(bytes, offset));
  return timingSafeEqual(hmac, hmacOver(sequence, bytes.subarray(0, offset), key));
}

function writeHeader(type: number, valueBytes: number, target: Uint8Array): void {
  target[0] = UNRECOGNIZED;
  target[TYPE_OFFSET] = type;
  target[LENGTH_OFFSET] = valueBytes >> 8;
  target[LENGTH_OFFSET + 1] = valueBytes & 0xff;
}

function headerOf(type: number, { byteLength }: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  writeHeader(type, byteLength, header);
  return header;
}

function hmacOver(sequence: number, before: Uint8Array, key: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(sequence);
  return stampHmac(Buffer.concat([head, before]), key);
}
