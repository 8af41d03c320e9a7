import { timingSafeEqual } from "node:crypto";
import { ADDRESS_COOKIE_BYTES } from "@udp/core";

//  0        4   5   6        8                24               32       36
// +--------+---+---+--------+----------------+----------------+--------+------···------+-······-+
// | magic  | v | t | attempt|       id       |      boot      | detail |     body      |  MAC   |
// +--------+---+---+--------+----------------+----------------+--------+------···------+-······-+
//
// magic    "uREL"
// v        version, 1
// t        type; from 128 on the same type less 128, authenticated
// attempt  which transmission of the request this is, from 1 on; an answer has that of the one it
//          answers, so that every answer is a sample of the round trip time
// id       128 random bits, of one request and all of its transmissions and answers
// boot     64 random bits of the server, others after each start; in requests those that the client
//          has learned, 0 where it has not
// MAC      where authenticated: the first 16 bytes of HMAC-SHA-256 over all before it
//
//  t  type             detail                                     body
//  1  request          0                                          payload
//  2  request          0                                          cookie, 24 bytes; payload
//  3  answer           µs that the server held the request        payload
//  4  error            the same                                   why the handler failed, UTF-8
//  5  acknowledgement  the same                                   none
//  6  cookie           0                                          cookie, 24 bytes
//  7  busy             0                                          none
//  8  stale boot       ms since the server was started            none
//  9  too large        payload bytes that an answer may have      none
//
// Numbers are in network byte order. Requests and answers have types of their own, so no answer is
// ever answered.

const MAGIC = 0x75_52_45_4c;
const VERSION = 1;
const VERSION_OFFSET = 4;
const TYPE_OFFSET = 5;
const ATTEMPT_OFFSET = 6;
const ID_OFFSET = 8;
const BOOT_OFFSET = 24;
const DETAIL_OFFSET = 32;
const AUTHENTICATED = 0x80;
const MAX_ATTEMPT = 0xff_ff;
const MAX_DETAIL = 0xff_ff_ff_ff;

/** The bytes of a frame before its body. */
export const HEADER_BYTES = 36;

/** The bytes of a message authentication code behind the body. */
export const MAC_BYTES = 16;

/** The bytes of {@link RequestId} on the wire. */
const ID_BYTES = 16;

const TYPE_CODES = {
  request: 1,
  "request-with-cookie": 2,
  answer: 3,
  error: 4,
  acknowledgement: 5,
  cookie: 6,
  busy: 7,
  "stale-boot": 8,
  "too-large": 9,
} as const;

/** 32 hexadecimal digits. */
export type RequestId = string;

/** 16 hexadecimal digits. */
export type BootId = string;

/** What all frames have. */
interface FrameHead {
  readonly id: RequestId;
  /** 1 to 65535. */
  readonly attempt: number;
}

/** A transmission of a request. */
export interface RequestFrame extends FrameHead {
  readonly type: "request";
  /** `undefined` where the client has not learned it. */
  readonly bootId: BootId | undefined;
  /** {@link ADDRESS_COOKIE_BYTES}, where the client has one. */
  readonly cookie: Uint8Array | undefined;
  readonly payload: Uint8Array;
}

interface FrameOfServer extends FrameHead {
  readonly bootId: BootId;
}

/** The request was carried out, or (`error`) its handler failed; `payload` says how. */
interface ResultFrame extends FrameOfServer {
  readonly type: "answer" | "error";
  /** From the arrival of the attempt to the sending of this, microseconds. */
  readonly heldUs: number;
  readonly payload: Uint8Array;
}

/** The request is being carried out. */
interface AcknowledgementFrame extends FrameOfServer {
  readonly type: "acknowledgement";
  readonly heldUs: number;
}

/** Without this cookie the server says no more. */
interface CookieFrame extends FrameOfServer {
  readonly type: "cookie";
  readonly cookie: Uint8Array;
}

/** The server has no room for the request, and has not carried it out. */
interface BusyFrame extends FrameOfServer {
  readonly type: "busy";
}

/** The request names a server that is no more. */
export interface StaleBootFrame extends FrameOfServer {
  readonly type: "stale-boot";
  /** How long the server has run, milliseconds; 2^32 - 1 for all longer times. */
  readonly uptimeMs: number;
}

/** The request was carried out, and its answer is larger than a datagram may be. */
interface TooLargeFrame extends FrameOfServer {
  readonly type: "too-large";
  /** What an answer may have. */
  readonly limitBytes: number;
}

/** What a server sends. */
export type ServerFrame =
  | ResultFrame
  | AcknowledgementFrame
  | CookieFrame
  | BusyFrame
  | StaleBootFrame
  | TooLargeFrame;

/** One datagram between a client and a server. */
export type Frame = RequestFrame | ServerFrame;

/** Why a datagram is no frame that may be believed. */
export type FrameFault =
  /** No datagram of this protocol. */
  | "foreign"
  /** Of a version that is not known. */
  | "other-version"
  /** Another type, or a length that its type does not have. */
  | "malformed"
  /** Not authenticated with the shared key, where there is one; or authenticated, where there is none. */
  | "unauthenticated";

const NO_BOOT: BootId = "0".repeat(16);

/** A new request's identifier; unpredictable where `randomBytes` is. */
export function createRequestId(randomBytes: (count: number) => Uint8Array): RequestId {
  return Buffer.from(randomBytes(ID_BYTES)).toString("hex");
}

/** A new server's identifier, never that of "not known". */
export function createBootId(randomBytes: (count: number) => Uint8Array): BootId {
  const id = Buffer.from(randomBytes(8)).toString("hex");
  return id === NO_BOOT ? createBootId(randomBytes) : id;
}

/**
 * The UDP payload of a frame.
 *
 * @param key shared by both sides; authenticates the frame.
 */
export function encodeFrame(frame: Frame, key?: Uint8Array): Uint8Array {
  const { code, detail, body } = content(frame);
  const bodyBytes = body.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const frameBytes = HEADER_BYTES + bodyBytes;
  const buffer = Buffer.alloc(frameBytes + (key === undefined ? 0 : MAC_BYTES));
  buffer.writeUInt32BE(MAGIC, 0);
  buffer.writeUInt8(VERSION, VERSION_OFFSET);
  buffer.writeUInt8(key === undefined ? code : code | AUTHENTICATED, TYPE_OFFSET);
  buffer.writeUInt16BE(Math.min(frame.attempt, MAX_ATTEMPT), ATTEMPT_OFFSET);
  buffer.write(frame.id, ID_OFFSET, "hex");
  buffer.write(frame.bootId ?? NO_BOOT, BOOT_OFFSET, "hex");
  buffer.writeUInt32BE(Math.min(Math.round(detail), MAX_DETAIL), DETAIL_OFFSET);
  let offset = HEADER_BYTES;
  for (const part of body) {
    buffer.set(part, offset);
    offset += part.byteLength;
  }
  if (key !== undefined) buffer.set(authenticate(buffer.subarray(0, frameBytes), key), frameBytes);
  return buffer;
}

/**
 * The frame in a UDP payload, or why there is none. Cookie and payload in it are views of `bytes`.
 *
 * @param key with one, only frames that it authenticates; without, only those that are not.
 */
export function decodeFrame(bytes: Uint8Array, key?: Uint8Array): Frame | FrameFault {
  if (!isMarked(bytes)) return "foreign";
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = buffer[VERSION_OFFSET];
  if (version === undefined) return "malformed";
  if (version !== VERSION) return "other-version";
  if (buffer.byteLength < HEADER_BYTES) return "malformed";
  const code = buffer[TYPE_OFFSET] ?? 0;
  const isAuthenticated = code >= AUTHENTICATED;
  if (isAuthenticated !== (key !== undefined)) return "unauthenticated";
  const end = isAuthenticated ? buffer.byteLength - MAC_BYTES : buffer.byteLength;
  if (end < HEADER_BYTES) return "malformed";
  if (key !== undefined && !isAuthentic(buffer, end, key)) return "unauthenticated";
  const type = FRAME_TYPES.get(code & ~AUTHENTICATED);
  const attempt = buffer.readUInt16BE(ATTEMPT_OFFSET);
  if (type === undefined || attempt === 0) return "malformed";
  // No Buffer, which is not quite what it is declared to be.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, end - HEADER_BYTES);
  return decodeBody(type, { buffer, attempt, body });
}

/** Whether a payload begins as a frame of this protocol does, whatever its version and its length. */
export function isMarked(bytes: Uint8Array): boolean {
  return (
    bytes[0] === MAGIC >>> 24 &&
    bytes[1] === ((MAGIC >>> 16) & 0xff) &&
    bytes[2] === ((MAGIC >>> 8) & 0xff) &&
    bytes[3] === (MAGIC & 0xff)
  );
}

/** The identifier in a frame; `undefined` in anything else. */
export function readRequestId(bytes: Uint8Array): RequestId | undefined {
  if (!isMarked(bytes) || bytes.byteLength < BOOT_OFFSET) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("hex", ID_OFFSET, ID_OFFSET + ID_BYTES);
}

type FrameType = keyof typeof TYPE_CODES;

const FRAME_TYPES: ReadonlyMap<number, FrameType> = new Map(
  Object.entries(TYPE_CODES).map(([name, code]) => [code, name as FrameType]),
);

interface Content {
  readonly code: number;
  readonly detail: number;
  readonly body: readonly Uint8Array[];
}

function content(frame: Frame): Content {
  switch (frame.type) {
    case "request":
      return frame.cookie === undefined
        ? { code: TYPE_CODES.request, detail: 0, body: [frame.payload] }
        : {
            code: TYPE_CODES["request-with-cookie"],
            detail: 0,
            body: [frame.cookie, frame.payload],
          };
    case "answer":
    case "error":
      return { code: TYPE_CODES[frame.type], detail: frame.heldUs, body: [frame.payload] };
    case "acknowledgement":
      return { code: TYPE_CODES.acknowledgement, detail: frame.heldUs, body: [] };
    case "cookie":
      return { code: TYPE_CODES.cookie, detail: 0, body: [frame.cookie] };
    case "busy":
      return { code: TYPE_CODES.busy, detail: 0, body: [] };
    case "stale-boot":
      return { code: TYPE_CODES["stale-boot"], detail: frame.uptimeMs, body: [] };
    case "too-large":
      return { code: TYPE_CODES["too-large"], detail: frame.limitBytes, body: [] };
  }
}

interface Parts {
  readonly buffer: Buffer;
  readonly attempt: number;
  readonly body: Uint8Array;
}

function decodeBody(type: FrameType, { buffer, attempt, body }: Parts): Frame | FrameFault {
  const id = buffer.toString("hex", ID_OFFSET, ID_OFFSET + ID_BYTES);
  const bootId = buffer.toString("hex", BOOT_OFFSET, DETAIL_OFFSET);
  const detail = buffer.readUInt32BE(DETAIL_OFFSET);
  const knownBoot = bootId === NO_BOOT ? undefined : bootId;
  switch (type) {
    case "request":
      return { type, id, attempt, bootId: knownBoot, cookie: undefined, payload: body };
    case "request-with-cookie": {
      if (body.byteLength < ADDRESS_COOKIE_BYTES) return "malformed";
      const cookie = body.subarray(0, ADDRESS_COOKIE_BYTES);
      const payload = body.subarray(ADDRESS_COOKIE_BYTES);
      return { type: "request", id, attempt, bootId: knownBoot, cookie, payload };
    }
    default:
      return knownBoot === undefined
        ? "malformed"
        : decodeServerBody(type, { id, attempt, bootId, detail }, body);
  }
}

type Head = Omit<FrameOfServer, "type"> & { readonly detail: number };

function decodeServerBody(
  type: ServerFrame["type"],
  { detail, ...head }: Head,
  body: Uint8Array,
): Frame | FrameFault {
  const isEmpty = body.byteLength === 0;
  switch (type) {
    case "answer":
    case "error":
      return { type, ...head, heldUs: detail, payload: body };
    case "cookie":
      return body.byteLength === ADDRESS_COOKIE_BYTES
        ? { type, ...head, cookie: body }
        : "malformed";
    case "acknowledgement":
      return isEmpty ? { type, ...head, heldUs: detail } : "malformed";
    case "busy":
      return isEmpty ? { type, ...head } : "malformed";
    case "stale-boot":
      return isEmpty ? { type, ...head, uptimeMs: detail } : "malformed";
    case "too-large":
      return isEmpty ? { type, ...head, limitBytes: detail } : "malformed";
  }
}

function isAuthentic(buffer: Buffer, end: number, key: Uint8Array): boolean {
  return timingSafeEqual(authenticate(buffer.subarray(0, end), key), buffer.subarray(end));
}

function authenticate(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256", key).update(bytes).digest().subarray(0, MAC_BYTES);
}
