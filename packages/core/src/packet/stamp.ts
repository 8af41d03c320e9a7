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
  /** What stands behind the base packet: TLVs, or padding of older senders. */
  readonly rest: Uint8Array;
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

/** Why bytes are no STAMP packet that may be believed. */
export type StampFault = "too-short" | "bad-hmac" | "bad-error-estimate";

/** @param key for the authenticated mode; HMAC-SHA-256 in its first 16 bytes (RFC 8762 section 4.4). */
export function encodeStampRequest(request: StampRequest, key?: Uint8Array): Uint8Array {
  return sealed(writeRequest(request, layoutFor(key)), key);
}

/** As {@link encodeStampRequest}. */
export function encodeStampReply(reply: StampReply, key?: Uint8Array): Uint8Array {
  const layout = layoutFor(key);
  const bytes = writeRequest(reply, layout);
  bytes.writeBigUInt64BE(reply.receiveTimestamp, layout.receiveTimestamp);
  bytes.writeUInt32BE(reply.senderSequence, layout.senderSequence);
  bytes.writeBigUInt64BE(reply.senderTimestamp, layout.senderTimestamp);
  const estimate = encodeStampErrorEstimate(reply.senderErrorEstimate);
  bytes.writeUInt16BE(estimate, layout.senderErrorEstimate);
  bytes.writeUInt8(reply.senderTtl, layout.senderTtl);
  return sealed(bytes, key);
}

/** @param key for the authenticated mode; what it did not make is `bad-hmac`. */
export function decodeStampRequest(
  payload: Uint8Array,
  key?: Uint8Array,
): StampRequest | StampFault {
  const opened = open(payload, key);
  return typeof opened === "string" ? opened : readRequest(opened, layoutFor(key));
}

/** As {@link decodeStampRequest}. */
export function decodeStampReply(payload: Uint8Array, key?: Uint8Array): StampReply | StampFault {
  const opened = open(payload, key);
  if (typeof opened === "string") return opened;
  const layout = layoutFor(key);
  const request = readRequest(opened, layout);
  const senderErrorEstimate = decodeStampErrorEstimate(
    opened.readUInt16BE(layout.senderErrorEstimate),
  );
  if (typeof request === "string") return request;
  if (senderErrorEstimate === undefined) return "bad-error-estimate";
  return {
    ...request,
    receiveTimestamp: opened.readBigUInt64BE(layout.receiveTimestamp),
    senderSequence: opened.readUInt32BE(layout.senderSequence),
    senderTimestamp: opened.readBigUInt64BE(layout.senderTimestamp),
    senderErrorEstimate,
    senderTtl: opened.readUInt8(layout.senderTtl),
  };
}

function layoutFor(key: Uint8Array | undefined): Layout {
  return key === undefined ? PLAIN : AUTHENTICATED;
}

function writeRequest(request: StampRequest, layout: Layout): Buffer {
  const bytes = Buffer.alloc(layout.baseBytes + request.rest.byteLength);
  bytes.writeUInt32BE(request.sequence, 0);
  bytes.writeBigUInt64BE(request.timestamp, layout.timestamp);
  bytes.writeUInt16BE(encodeStampErrorEstimate(request.errorEstimate), layout.errorEstimate);
  bytes.writeUInt16BE(request.ssid, layout.ssid);
  bytes.set(request.rest, layout.baseBytes);
  return bytes;
}

function readRequest(bytes: Buffer, layout: Layout): StampRequest | StampFault {
  const errorEstimate = decodeStampErrorEstimate(bytes.readUInt16BE(layout.errorEstimate));
  if (errorEstimate === undefined) return "bad-error-estimate";
  return {
    sequence: bytes.readUInt32BE(0),
    timestamp: bytes.readBigUInt64BE(layout.timestamp),
    errorEstimate,
    ssid: bytes.readUInt16BE(layout.ssid),
    rest: new Uint8Array(bytes.subarray(layout.baseBytes)),
  };
}

function sealed(bytes: Buffer, key: Uint8Array | undefined): Uint8Array {
  if (key !== undefined) bytes.set(stampHmac(bytes.subarray(0, HMAC_OFFSET), key), HMAC_OFFSET);
  return bytes;
}

/** The bytes, where they are long enough and, with a key, made by it. */
function open(payload: Uint8Array, key: Uint8Array | undefined): Buffer | StampFault {
  if (payload.byteLength < layoutFor(key).baseBytes) return "too-short";
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (key === undefined) return bytes;
  const expected = stampHmac(bytes.subarray(0, HMAC_OFFSET), key);
  const hmac = bytes.subarray(HMAC_OFFSET, HMAC_OFFSET + STAMP_HMAC_BYTES);
  return timingSafeEqual(expected, hmac) ? bytes : "bad-hmac";
}
