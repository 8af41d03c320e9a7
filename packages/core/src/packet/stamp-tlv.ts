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

const UNRECOGNIZED = 0x80;
const MALFORMED = 0x40;
const INTEGRITY_FAILED = 0x20;

const TYPE_OFFSET = 1;
const LENGTH_OFFSET = 2;
const HEADER_BYTES = 4;

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
  return [...places(bytes)].map(({ offset, type, flags, end, isCut }) => ({
    type,
    isUnrecognized: (flags & UNRECOGNIZED) !== 0,
    isMalformed: isCut || (flags & MALFORMED) !== 0,
    hasFailedIntegrity: (flags & INTEGRITY_FAILED) !== 0,
    value: bytes.slice(offset + HEADER_BYTES, end),
  }));
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
  const all = [...places(bytes)];
  const index = all.findIndex(({ type }) => type === HMAC);
  const others = index < 0 ? all : all.slice(index + 1);
  if (!others.every(({ type }) => type === EXTRA_PADDING)) return false;
  const place = all[index];
  if (place === undefined) return true;
  const hmac = bytes.subarray(place.offset + HEADER_BYTES, place.end);
  if (hmac.byteLength !== STAMP_HMAC_BYTES) return false;
  return timingSafeEqual(hmac, hmacOver(sequence, bytes.subarray(0, place.offset), key));
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
 * What a reflector that knows padding and HMACs sends back of what stood behind the request, as long as
 * that: each TLV with its flags (RFC 8972 section 4), in authenticated mode with an HMAC of the reply's
 * own. Where the request's HMAC does not fit, all is copied and marked.
 */
export function reflectStampTlvs(bytes: Uint8Array, options: ReflectTlvsOptions): Uint8Array {
  const { requestSequence, replySequence, key } = options;
  const reply = new Uint8Array(bytes);
  const isBelieved = key === undefined || areStampTlvsAuthentic(requestSequence, bytes, key);
  for (const { offset, type, flags, end, isCut } of places(bytes)) {
    const malformed = isCut ? MALFORMED : 0;
    const unrecognized = isKnown(type, key) ? 0 : UNRECOGNIZED;
    reply[offset] = malformed | (isBelieved ? unrecognized : flags | INTEGRITY_FAILED);
    if (isBelieved && key !== undefined && type === HMAC) {
      const hmac = hmacOver(replySequence, reply.subarray(0, offset), key);
      reply.set(hmac, end - STAMP_HMAC_BYTES);
    }
  }
  return reply;
}

interface Place {
  readonly offset: number;
  readonly type: number;
  readonly flags: number;
  /** Behind the value, or of the bytes. */
  readonly end: number;
  /** Whether the length goes beyond the bytes. */
  readonly isCut: boolean;
}

function* places(bytes: Uint8Array): Generator<Place> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset + HEADER_BYTES <= bytes.byteLength; ) {
    const wanted = offset + HEADER_BYTES + view.getUint16(offset + LENGTH_OFFSET);
    const isCut = wanted > bytes.byteLength;
    const end = isCut ? bytes.byteLength : wanted;
    const type = view.getUint8(offset + TYPE_OFFSET);
    yield { offset, type, flags: view.getUint8(offset), end, isCut };
    offset = end;
  }
}

/** Without a key nothing can be made of an HMAC. */
function isKnown(type: number, key: Uint8Array | undefined): boolean {
  return type === EXTRA_PADDING || (type === HMAC && key !== undefined);
}

function headerOf(type: number, { byteLength }: Uint8Array): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(UNRECOGNIZED);
  header.writeUInt8(type, TYPE_OFFSET);
  header.writeUInt16BE(byteLength, LENGTH_OFFSET);
  return header;
}

function hmacOver(sequence: number, before: Uint8Array, key: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(sequence);
  return stampHmac(Buffer.concat([head, before]), key);
}
