import { timingSafeEqual } from "node:crypto";
import type { StampErrorEstimate } from "./stamp-error-estimate.ts";
import { decodeStampErrorEstimate, encodeStampErrorEstimate } from "./stamp-error-estimate.ts";
import { STAMP_HMAC_BYTES, stampHmac } from "./stamp-hmac.ts";

//                         session-sender     session-reflector      RFC 8762 sections 4.2 and 4.3
//                      plain  with a key     plain  with a key      RFC 8972 section 3 (SSID)
//  sequence number   4     0       0            0       0
//  timestamp         8     4      16            4      16
//  error estimate    2    12      24           12      24
//  SSID              2    14      26           14      26
//  receive timestamp 8                         16      32
//  sender's sequence 4                         24      48
//  sender's timestamp 8                        28      64
//  sender's estimate 2                         36      72
//  sender's TTL      1                         40      80
//  HMAC             16            96                   96
//  TLVs                   44     112           44     112
//
// Numbers are big-endian. What is left out must be zero, and is ignored on receipt.

/** The length of a packet without TLVs. */
export const STAMP_BASE_BYTES = { plain: 44, authenticated: 112 } as const;

const HMAC_OFFSET = 96;

interface Layout {
  readonly baseBytes: number;
  readonly timestamp: number;
  readonly errorEstimate: number;
  readonly ssid: number;
  readonly receiveTimestamp: number;
  readonly senderSequence: number;
  readonly senderTimestamp: number;
  readonly senderErrorEstimate: number;
  readonly senderTtl: number;
  /** What a reflector leaves zero: from where, and up to where. */
  readonly reflectorGaps: readonly (readonly [number, number])[];
}

const PLAIN: Layout = {
  baseBytes: STAMP_BASE_BYTES.plain,
  timestamp: 4,
  errorEstimate: 12,
  ssid: 14,
  receiveTimestamp: 16,
  senderSequence: 24,
  senderTimestamp: 28,
  senderErrorEstimate: 36,
  senderTtl: 40,
  reflectorGaps: [
    [38, 40],
    [41, 44],
  ],
};

const AUTHENTICATED: Layout = {
  baseBytes: STAMP_BASE_BYTES.authenticated,
  timestamp: 16,
  errorEstimate: 24,
  ssid: 26,
  receiveTimestamp: 32,
  senderSequence: 48,
  senderTimestamp: 64,
  senderErrorEstimate: 72,
  senderTtl: 80,
  reflectorGaps: [
    [4, 16],
    [28, 32],
    [40, 48],
    [52, 64],
    [74, 80],
    [81, 96],
  ],
};

/** A test packet of a session-sender. */
export interface StampRequest {
  /** From 0 on, one more for each packet of a session; 32 bits. */
  readonly sequence: number;
  /** When it was sent; 64 bits, as `errorEstimate.format` says. */
  readonly timestamp: bigint;
  readonly errorEstimate: StampErrorEstimate;
  /** Of the session (RFC 8972 section 3); 0 for none. */
  readonly ssid: number;
}

/** A test packet of a session-reflector. */
export interface StampReply extends StampRequest {
  /** When the request was received. */
  readonly receiveTimestamp: bigint;
  /** What the request said. */
  readonly senderSequence: number;
  /** What the request said. */
  readonly senderTimestamp: bigint;
  /** What the request said. */
  readonly senderErrorEstimate: StampErrorEstimate;
  /** Time to live, or hop limit, with which the request arrived; 0 to 255. */
  readonly senderTtl: number;
}

/**
 * Why bytes are no STAMP packet that may be believed. `malformed`: an error estimate or a time that no
 * clock has. `wrong-hmac`: the key did not make it.
 */
export type StampFault = "too-short" | "malformed" | "wrong-hmac";

/** Where TLVs begin: {@link STAMP_BASE_BYTES} of the mode. */
export function stampBaseBytes(key: Uint8Array | undefined): number {
  return layoutFor(key).baseBytes;
}

/**
 * Makes a packet of bytes that have room for one; what is behind the base packet stays as it is, and
 * is not what the HMAC is over.
 *
 * @param key for the authenticated mode; HMAC-SHA-256 in its first 16 bytes (RFC 8762 section 4.4).
 */
export function writeStampRequest(
  request: StampRequest,
  target: Uint8Array,
  key?: Uint8Array,
): void {
  const layout = layoutFor(key);
  writeCommon(request, target, layout);
  seal(target, key);
}

/** As {@link writeStampRequest}. */
export function writeStampReply(reply: StampReply, target: Uint8Array, key?: Uint8Array): void {
  const layout = layoutFor(key);
  const view = writeCommon(reply, target, layout);
  view.setBigUint64(layout.receiveTimestamp, reply.receiveTimestamp);
  view.setUint32(layout.senderSequence, reply.senderSequence);
  view.setBigUint64(layout.senderTimestamp, reply.senderTimestamp);
  const estimate = encodeStampErrorEstimate(reply.senderErrorEstimate);
  view.setUint16(layout.senderErrorEstimate, estimate);
  view.setUint8(layout.senderTtl, reply.senderTtl);
  seal(target, key);
}

/** @param key for the authenticated mode; what it did not make is `wrong-hmac`. */
export function readStampRequest(payload: Uint8Array, key?: Uint8Array): StampRequest | StampFault {
  const fault = findFault(payload, key);
  return fault ?? readCommon(viewOf(payload), layoutFor(key));
}

/** As {@link readStampRequest}. */
export function readStampReply(payload: Uint8Array, key?: Uint8Array): StampReply | StampFault {
  const fault = findFault(payload, key);
  if (fault !== undefined) return fault;
  const layout = layoutFor(key);
  const view = viewOf(payload);
  const common = readCommon(view, layout);
  const estimate = decodeStampErrorEstimate(view.getUint16(layout.senderErrorEstimate));
  if (typeof common === "string" || estimate === undefined) return "malformed";
  return {
    ...common,
    receiveTimestamp: view.getBigUint64(layout.receiveTimestamp),
    senderSequence: view.getUint32(layout.senderSequence),
    senderTimestamp: view.getBigUint64(layout.senderTimestamp),
    senderErrorEstimate: estimate,
    senderTtl: view.getUint8(layout.senderTtl),
  };
}

/**
 * Whether a packet of this mode was made by a reflector: it says when a request was received, and has
 * zeros wherever a reflector must leave them. A sender has zeros everywhere there. Padding of TWAMP
 * senders (RFC 5357), which may be anything, looks like that once in 2^40 packets. An HMAC is not checked.
 */
export function isStampReply(payload: Uint8Array, mode: keyof typeof STAMP_BASE_BYTES): boolean {
  const layout = mode === "plain" ? PLAIN : AUTHENTICATED;
  if (payload.byteLength < layout.baseBytes) return false;
  const { receiveTimestamp, reflectorGaps } = layout;
  if (isZero(payload, receiveTimestamp, receiveTimestamp + 8)) return false;
  return reflectorGaps.every(([start, end]) => isZero(payload, start, end));
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (bytes[index] !== 0) return false;
  return true;
}

function layoutFor(key: Uint8Array | undefined): Layout {
  return key === undefined ? PLAIN : AUTHENTICATED;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeCommon(packet: StampRequest, target: Uint8Array, layout: Layout): DataView {
  target.fill(0, 0, layout.baseBytes);
  const view = viewOf(target);
  view.setUint32(0, packet.sequence);
  view.setBigUint64(layout.timestamp, packet.timestamp);
  view.setUint16(layout.errorEstimate, encodeStampErrorEstimate(packet.errorEstimate));
  view.setUint16(layout.ssid, packet.ssid);
  return view;
}

function readCommon(view: DataView, layout: Layout): StampRequest | "malformed" {
  const errorEstimate = decodeStampErrorEstimate(view.getUint16(layout.errorEstimate));
  if (errorEstimate === undefined) return "malformed";
  return {
    sequence: view.getUint32(0),
    timestamp: view.getBigUint64(layout.timestamp),
    errorEstimate,
    ssid: view.getUint16(layout.ssid),
  };
}

function seal(packet: Uint8Array, key: Uint8Array | undefined): void {
  if (key !== undefined) packet.set(stampHmac(packet.subarray(0, HMAC_OFFSET), key), HMAC_OFFSET);
}

/** Whether bytes are long enough and, with a key, made by it. */
function findFault(payload: Uint8Array, key: Uint8Array | undefined): StampFault | undefined {
  if (payload.byteLength < layoutFor(key).baseBytes) return "too-short";
  if (key === undefined) return undefined;
  const expected = stampHmac(payload.subarray(0, HMAC_OFFSET), key);
  const hmac = payload.subarray(HMAC_OFFSET, HMAC_OFFSET + STAMP_HMAC_BYTES);
  return timingSafeEqual(expected, hmac) ? undefined : "wrong-hmac";
}
