import type { Random } from "@udp/core";
import {
  ADDRESS_COOKIE_BYTES,
  integerOption,
  MAX_IPV6_PAYLOAD_BYTES,
  randomIdentifier,
  secureRandom,
  seededRandom,
} from "@udp/core";

//  0                       8          12  13  14    16
// +-----------------------+-----------+---+---+-----+-----------···-+
// |         nonce         |   magic   | v | t | size|      body     |
// +-----------------------+-----------+---+---+-----+-----------···-+
//
// nonce  64 random bits, of one probe or request; its answer has the same. First, because the
//        quote of an ICMP error may end soon after the UDP header.
// magic  "uMTU"
// v      version, 1
//
//  t  type              size: payload bytes     body
//  1  probe             its own, 40 to 65527    padding
//  2  acknowledgement   those of the probe      none
//  3  cookie request    its own: 40             padding
//  4  cookie            its own: 40             cookie, 24 bytes
//  5  sized request     wanted, 40 to 65527     cookie, 24 bytes
//  6  sized datagram    its own, 40 to 65527    padding
//  7  refusal           those wanted            reason, 1 byte
//
// Numbers are in network byte order. No answer but the sized datagram, which takes a cookie, is
// longer than the shortest datagram that draws it.

const MAGIC = 0x75_4d_54_55;
const VERSION = 1;
const MAGIC_OFFSET = 8;
const VERSION_OFFSET = 12;
const TYPE_OFFSET = 13;
const SIZE_OFFSET = 14;
const HEADER_BYTES = 16;

/** The length of the cookie that proves a client's address. */
export const COOKIE_BYTES: number = ADDRESS_COOKIE_BYTES;

/** The smallest probe: with its headers the 68 bytes that every IPv4 link carries (RFC 791). */
export const MIN_PROBE_PAYLOAD_BYTES = 40;

const COOKIE_FRAME_BYTES = HEADER_BYTES + COOKIE_BYTES;

const TYPE_CODES = {
  probe: 1,
  acknowledgement: 2,
  "cookie-request": 3,
  cookie: 4,
  "sized-request": 5,
  "sized-datagram": 6,
  refusal: 7,
} as const;

const REFUSAL_CODES = { cookie: 1, budget: 2, "too-large": 3 } as const;

/** The types of datagram that a client and a reflector exchange. */
export type FrameType = keyof typeof TYPE_CODES;

/**
 * Why a reflector does not send a sized datagram: the cookie is not, or no longer, good (ask for
 * another); its budget is spent; its own interface or the protocol takes none so large.
 */
export type SizedRefusal = keyof typeof REFUSAL_CODES;

/** A datagram whose own length is what matters: `payloadBytes`, 40 to 65,527. */
interface PaddedFrame {
  readonly type: "probe" | "sized-datagram";
  readonly nonce: bigint;
  readonly payloadBytes: number;
}

/** A probe of `payloadBytes` has arrived. */
interface AcknowledgementFrame {
  readonly type: "acknowledgement";
  readonly nonce: bigint;
  readonly payloadBytes: number;
}

interface CookieRequestFrame {
  readonly type: "cookie-request";
  readonly nonce: bigint;
}

interface CookieFrame {
  readonly type: "cookie";
  readonly nonce: bigint;
  /** {@link COOKIE_BYTES}; means something to the reflector only. */
  readonly cookie: Uint8Array;
}

/** Asks for one datagram of `payloadBytes`, 40 to 65,527. */
export interface SizedRequestFrame {
  readonly type: "sized-request";
  readonly nonce: bigint;
  readonly payloadBytes: number;
  readonly cookie: Uint8Array;
}

/** No sized datagram of `payloadBytes` comes. */
interface RefusalFrame {
  readonly type: "refusal";
  readonly nonce: bigint;
  readonly payloadBytes: number;
  readonly reason: SizedRefusal;
}

/** One datagram between a client and a reflector. */
export type Frame =
  | PaddedFrame
  | AcknowledgementFrame
  | CookieRequestFrame
  | CookieFrame
  | SizedRequestFrame
  | RefusalFrame;

/** 64 bits that nobody can guess who has not seen the datagram. */
export function createNonce(random: Random = secureRandom): bigint {
  return randomIdentifier(random);
}

/**
 * The UDP payload of a frame.
 *
 * @throws UdpError `UDP_BAD_OPTION` for a size that no such frame has, or a cookie of another length.
 */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "probe":
    case "sized-datagram":
      return padded(frame, checkSize(frame.payloadBytes));
    case "cookie-request":
      return padded(frame, COOKIE_FRAME_BYTES);
    case "acknowledgement":
      return withBody(frame, checkSize(frame.payloadBytes), new Uint8Array());
    case "cookie":
      return withBody(frame, COOKIE_FRAME_BYTES, checkCookie(frame.cookie));
    case "sized-request":
      return withBody(frame, checkSize(frame.payloadBytes), checkCookie(frame.cookie));
    case "refusal":
      return encodeRefusal(frame);
  }
}

/**
 * The frame in a UDP payload; `undefined` for anything else, for other versions, and for frames
 * that were cut or lengthened. A cookie in it is a view of `payload`.
 */
export function decodeFrame(payload: Uint8Array): Frame | undefined {
  const type = decodeType(payload);
  if (type === undefined) return undefined;
  const view = viewOf(payload);
  return decodeBody(type, view.getBigUint64(0), view.getUint16(SIZE_OFFSET), payload);
}

/**
 * A probe that lacks its end: so an echo server sends it back that reads into a small buffer.
 * `undefined` for anything else.
 */
export function decodeCutProbe(payload: Uint8Array): PaddedFrame | undefined {
  if (decodeType(payload) !== "probe") return undefined;
  const view = viewOf(payload);
  const payloadBytes = view.getUint16(SIZE_OFFSET);
  if (payloadBytes <= payload.byteLength || !isSize(payloadBytes)) return undefined;
  return { type: "probe", nonce: view.getBigUint64(0), payloadBytes };
}

/** Whether a payload has the header of this protocol, of whatever version, type and length. */
export function isMarked(payload: Uint8Array): boolean {
  return payload.byteLength >= HEADER_BYTES && viewOf(payload).getUint32(MAGIC_OFFSET) === MAGIC;
}

const FRAME_TYPES = namesByCode(TYPE_CODES);
const SIZED_REFUSALS = namesByCode(REFUSAL_CODES);

function decodeType(payload: Uint8Array): FrameType | undefined {
  if (!isMarked(payload)) return undefined;
  const view = viewOf(payload);
  if (view.getUint8(VERSION_OFFSET) !== VERSION) return undefined;
  return FRAME_TYPES.get(view.getUint8(TYPE_OFFSET));
}

function decodeBody(
  type: FrameType,
  nonce: bigint,
  size: number,
  payload: Uint8Array,
): Frame | undefined {
  const body = payload.subarray(HEADER_BYTES);
  switch (type) {
    case "probe":
    case "sized-datagram":
      return isOwnSize(size, payload) ? { type, nonce, payloadBytes: size } : undefined;
    case "acknowledgement":
      return body.byteLength === 0 && isSize(size)
        ? { type, nonce, payloadBytes: size }
        : undefined;
    case "cookie-request":
      return isCookieFrameSize(size, payload) ? { type, nonce } : undefined;
    case "cookie":
      return isCookieFrameSize(size, payload) ? { type, nonce, cookie: body } : undefined;
    case "sized-request":
      return body.byteLength === COOKIE_BYTES && isSize(size)
        ? { type, nonce, payloadBytes: size, cookie: body }
        : undefined;
    case "refusal":
      return decodeRefusal(nonce, size, body);
  }
}

function encodeRefusal(frame: RefusalFrame): Uint8Array {
  const reason = Uint8Array.of(REFUSAL_CODES[frame.reason]);
  return withBody(frame, checkSize(frame.payloadBytes), reason);
}

function decodeRefusal(nonce: bigint, size: number, body: Uint8Array): RefusalFrame | undefined {
  const [code = 0, ...rest] = body.subarray(0, 2);
  const reason = SIZED_REFUSALS.get(code);
  if (reason === undefined || rest.length > 0 || !isSize(size)) return undefined;
  return { type: "refusal", nonce, payloadBytes: size, reason };
}

function isSize(size: number): boolean {
  return size >= MIN_PROBE_PAYLOAD_BYTES && size <= MAX_IPV6_PAYLOAD_BYTES;
}

function isOwnSize(size: number, payload: Uint8Array): boolean {
  return size === payload.byteLength && isSize(size);
}

function isCookieFrameSize(size: number, payload: Uint8Array): boolean {
  return size === COOKIE_FRAME_BYTES && payload.byteLength === COOKIE_FRAME_BYTES;
}

function checkSize(payloadBytes: number): number {
  return integerOption(
    "payloadBytes",
    payloadBytes,
    MIN_PROBE_PAYLOAD_BYTES,
    MAX_IPV6_PAYLOAD_BYTES,
  );
}

function checkCookie(cookie: Uint8Array): Uint8Array {
  integerOption("cookie bytes", cookie.byteLength, COOKIE_BYTES, COOKIE_BYTES);
  return cookie;
}

function withBody(frame: Frame, size: number, body: Uint8Array): Uint8Array {
  const payload = new Uint8Array(HEADER_BYTES + body.byteLength);
  payload.set(body, HEADER_BYTES);
  writeHeader(payload, frame, size);
  return payload;
}

function padded(frame: Frame, payloadBytes: number): Uint8Array {
  const payload = new Uint8Array(payloadBytes);
  fillPadding(payload.subarray(HEADER_BYTES), frame.nonce);
  writeHeader(payload, frame, payloadBytes);
  return payload;
}

function writeHeader(payload: Uint8Array, { type, nonce }: Frame, size: number): void {
  const view = viewOf(payload);
  view.setBigUint64(0, nonce);
  view.setUint32(MAGIC_OFFSET, MAGIC);
  view.setUint8(VERSION_OFFSET, VERSION);
  view.setUint8(TYPE_OFFSET, TYPE_CODES[type]);
  view.setUint16(SIZE_OFFSET, size);
}

/**
 * Noise, the same for the same nonce: a tunnel that compresses would carry zeros in a datagram
 * whose size it cannot carry. Nobody reads it.
 */
function fillPadding(padding: Uint8Array, nonce: bigint): void {
  const random = seededRandom(Number(BigInt.asUintN(32, nonce)));
  const words = new Uint32Array(Math.ceil(padding.byteLength / 4));
  for (let index = 0; index < words.length; index++) words[index] = random() * 2 ** 32;
  padding.set(new Uint8Array(words.buffer, 0, padding.byteLength));
}

function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}

function namesByCode<Name extends string>(
  codes: Readonly<Record<Name, number>>,
): ReadonlyMap<number, Name> {
  const names = Object.keys(codes) as Name[];
  return new Map(names.map((name) => [codes[name], name]));
}
