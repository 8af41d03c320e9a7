import { ADDRESS_COOKIE_BYTES, maxPayloadBytes } from "@udp/core";
import type { PeerCounts } from "./peer-counts.ts";
import { PEER_COUNTS_BYTES, readPeerCounts, writePeerCounts } from "./peer-counts.ts";

//  0        4   5   6   7   8                16       20
// +--------+---+---+---+---+----------------+--------+------···
// | magic  | v | t | f | h |    session     | number |  body
// +--------+---+---+---+---+----------------+--------+------···
//
// magic    "uPRB"
// v        version, 1
// t        type
// f        flags; 1 in a reply: the clock of its stamps says that it is synchronised
// h        in a reply the TTL or hop limit that the probe had left, 0 where that is not known
// session  64 bits of the client, 63 of them random, the same from hello to report
// number   of a probe, from 0 on; else which attempt this is; answers have that of their request
//
//  t  type     from    body
//  1  hello    client  24 times 255: so a reflector of STAMP does not take it for an answer
//  2  cookie   server  cookie, 24 bytes
//  3  open     client  cookie, 24 bytes
//  4  opened   server  window, 4 bytes
//  5  probe    client  anything, 20 bytes and more
//  6  reply    server  reply number, 4 bytes; received, sent, 8 bytes each; the rest of the probe
//  7  close    client  zeros, 64 bytes
//  8  report   server  eight counts of 8 bytes each
//  9  refusal  server  reason, 1 byte
// 10  echo     client  anything; never answered by this protocol, but sent back by RFC 862
//
// window   so many numbers back from the highest one the server tells a copy from a first arrival
// received, sent  when, in nanoseconds of UNIX time by the server's clock
//
// Numbers are in network byte order. An answer is never longer than what it answers, and answers
// have types of their own, so that none is ever answered.

/** The first four bytes of every packet. */
const PROBE_MAGIC = 0x75_50_52_42;
const VERSION = 1;
const VERSION_OFFSET = 4;
const TYPE_OFFSET = 5;
const FLAGS_OFFSET = 6;
const HOP_LIMIT_OFFSET = 7;
const SESSION_OFFSET = 8;
const NUMBER_OFFSET = 16;
const BODY_OFFSET = 20;
const RECEIVED_OFFSET = 24;
const SENT_OFFSET = 32;
const SYNCHRONISED = 1;

const COOKIE_PACKET_BYTES = BODY_OFFSET + ADDRESS_COOKIE_BYTES;
const OPENED_BYTES = BODY_OFFSET + 4;
const REPORT_BYTES = BODY_OFFSET + PEER_COUNTS_BYTES;
const REFUSAL_BYTES = BODY_OFFSET + 1;

/** A hello, and an open. */
export const HELLO_BYTES: number = COOKIE_PACKET_BYTES;

/** A close, and a report. */
export const CLOSE_BYTES: number = REPORT_BYTES;

/** The smallest probe: a reply of the same size has room for its stamps. */
export const MIN_PROBE_BYTES = 40;

/** The smallest datagram of ours that an echo server can send back: a header. */
export const MIN_ECHO_BYTES: number = BODY_OFFSET;

/** The largest probe that either family carries. */
export const MAX_PROBE_BYTES: number = maxPayloadBytes({ address: "127.0.0.1", port: 1 });

/** The types of packet that a client and a server exchange. */
export type ProbePacketType =
  | "hello"
  | "cookie"
  | "open"
  | "opened"
  | "probe"
  | "reply"
  | "close"
  | "report"
  | "refusal"
  | "echo";

/** The shortest length of each type. */
const MIN_BYTES: Readonly<Record<ProbePacketType, number>> = {
  hello: COOKIE_PACKET_BYTES,
  cookie: COOKIE_PACKET_BYTES,
  open: COOKIE_PACKET_BYTES,
  opened: OPENED_BYTES,
  probe: MIN_PROBE_BYTES,
  reply: MIN_PROBE_BYTES,
  close: REPORT_BYTES,
  report: REPORT_BYTES,
  refusal: REFUSAL_BYTES,
  echo: MIN_ECHO_BYTES,
};

/** In the order of their codes, from 1 on. */
const TYPES: readonly ProbePacketType[] = [
  "hello",
  "cookie",
  "open",
  "opened",
  "probe",
  "reply",
  "close",
  "report",
  "refusal",
  "echo",
];

const REFUSALS: readonly ProbeRefusal[] = ["cookie", "full", "unknown"];

/**
 * Why a server does not measure with a client. `cookie`: it is not, or no longer, good; ask for
 * another. `full`: too many others measure. `unknown`: it knows of no such session, or no longer.
 */
export type ProbeRefusal = "cookie" | "full" | "unknown";

interface Header<Name extends ProbePacketType> {
  readonly type: Name;
  /** 64 bits. */
  readonly session: bigint;
  /** 32 bits. */
  readonly number: number;
}

/** A request whose body says nothing. */
export type PlainRequest = Header<"hello"> | Header<"probe"> | Header<"close"> | Header<"echo">;

/** The client receives where it says, and wants a session. */
export interface OpenRequest extends Header<"open"> {
  /** As it came in {@link CookieAnswer}. */
  readonly cookie: Uint8Array;
}

/** Means something to the server only. */
interface CookieAnswer extends Header<"cookie"> {
  readonly cookie: Uint8Array;
}

/** There is a session now. */
interface OpenedAnswer extends Header<"opened"> {
  /** So many numbers back from the highest one a copy can be told. */
  readonly windowSize: number;
}

/** A probe came. */
export interface ReplyAnswer extends Header<"reply"> {
  /** Each reply of a session has its own, from 0 on, those to copies of a probe too. */
  readonly replyNumber: number;
  /** Nanoseconds of UNIX time, by the server's clock. */
  readonly receivedAtUnixNs: bigint;
  /** The same. */
  readonly sentAtUnixNs: bigint;
  /** What the probe had left; `undefined` where the server cannot see it. */
  readonly hopLimit: number | undefined;
  readonly isClockSynchronised: boolean;
}

interface ReportAnswer extends Header<"report"> {
  readonly counts: PeerCounts;
}

interface RefusalAnswer extends Header<"refusal"> {
  readonly reason: ProbeRefusal;
}

/** What a server answers. */
export type ProbeAnswer = CookieAnswer | OpenedAnswer | ReplyAnswer | ReportAnswer | RefusalAnswer;

/** Every packet of the protocol. */
export type ProbePacket = PlainRequest | OpenRequest | ProbeAnswer;

/**
 * Writes a packet to the beginning of `target` and returns its length; what is behind the header of a
 * probe or an echo, and behind the stamps of a reply, stays as it is and counts: such a packet is as long as
 * `target`. A `target` that is too short is a mistake of the caller.
 */
export function writeProbePacket(packet: ProbePacket, target: Uint8Array): number {
  const view = viewOf(target);
  view.setUint32(0, PROBE_MAGIC);
  view.setUint8(VERSION_OFFSET, VERSION);
  view.setUint8(TYPE_OFFSET, TYPES.indexOf(packet.type) + 1);
  view.setUint16(FLAGS_OFFSET, 0);
  view.setBigUint64(SESSION_OFFSET, packet.session);
  view.setUint32(NUMBER_OFFSET, packet.number);
  writeBody(packet, target, view);
  return isPadded(packet.type) ? target.byteLength : MIN_BYTES[packet.type];
}

/** The packet in a payload; `undefined` for anything else. What is behind it is not looked at. */
export function readProbePacket(payload: Uint8Array): ProbePacket | undefined {
  const type = probePacketType(payload);
  if (type === undefined || payload.byteLength < MIN_BYTES[type]) return undefined;
  return readBody(type, payload);
}

function readBody(type: ProbePacketType, payload: Uint8Array): ProbePacket | undefined {
  const view = viewOf(payload);
  const session = view.getBigUint64(SESSION_OFFSET);
  const number = view.getUint32(NUMBER_OFFSET);
  switch (type) {
    case "hello":
    case "probe":
    case "close":
    case "echo":
      return { type, session, number };
    case "open":
    case "cookie":
      return { type, session, number, cookie: payload.subarray(BODY_OFFSET, COOKIE_PACKET_BYTES) };
    case "opened":
      return { type, session, number, windowSize: view.getUint32(BODY_OFFSET) };
    case "reply":
      return { type, session, number, ...readStamps(view) };
    case "report": {
      const counts = readPeerCounts(payload.subarray(BODY_OFFSET));
      return counts && { type, session, number, counts };
    }
    case "refusal": {
      const reason = REFUSALS[view.getUint8(BODY_OFFSET) - 1];
      return reason && { type, session, number, reason };
    }
  }
}

/** What a payload says that it is, by its first bytes alone. */
export function probePacketType(payload: Uint8Array): ProbePacketType | undefined {
  if (payload.byteLength < BODY_OFFSET) return undefined;
  if (firstWordOf(payload) !== PROBE_MAGIC || payload[VERSION_OFFSET] !== VERSION) return undefined;
  return TYPES[(payload[TYPE_OFFSET] ?? 0) - 1];
}

/** Every datagram of a server comes by here, and a view would take longer than all else. */
function firstWordOf(payload: Uint8Array): number {
  const upper = ((payload[0] ?? 0) << 24) | ((payload[1] ?? 0) << 16);
  return (upper | ((payload[2] ?? 0) << 8) | (payload[3] ?? 0)) >>> 0;
}

function isPadded(type: ProbePacketType): boolean {
  return type === "probe" || type === "reply" || type === "echo";
}

function writeBody(packet: ProbePacket, target: Uint8Array, view: DataView): void {
  switch (packet.type) {
    case "hello":
      target.fill(0xff, BODY_OFFSET, MIN_BYTES.hello);
      break;
    case "close":
      target.fill(0, BODY_OFFSET, MIN_BYTES.close);
      break;
    case "open":
    case "cookie":
      target.set(packet.cookie.subarray(0, ADDRESS_COOKIE_BYTES), BODY_OFFSET);
      break;
    case "opened":
      view.setUint32(BODY_OFFSET, packet.windowSize);
      break;
    case "reply":
      writeStamps(packet, view);
      break;
    case "report":
      writePeerCounts(packet.counts, target.subarray(BODY_OFFSET));
      break;
    case "refusal":
      view.setUint8(BODY_OFFSET, REFUSALS.indexOf(packet.reason) + 1);
      break;
    case "probe":
    case "echo":
      break;
  }
}

function writeStamps(reply: ReplyAnswer, view: DataView): void {
  view.setUint8(FLAGS_OFFSET, reply.isClockSynchronised ? SYNCHRONISED : 0);
  view.setUint8(HOP_LIMIT_OFFSET, reply.hopLimit ?? 0);
  view.setUint32(BODY_OFFSET, reply.replyNumber);
  view.setBigUint64(RECEIVED_OFFSET, reply.receivedAtUnixNs);
  view.setBigUint64(SENT_OFFSET, reply.sentAtUnixNs);
}

function readStamps(view: DataView): Omit<ReplyAnswer, keyof Header<"reply">> {
  return {
    replyNumber: view.getUint32(BODY_OFFSET),
    receivedAtUnixNs: view.getBigUint64(RECEIVED_OFFSET),
    sentAtUnixNs: view.getBigUint64(SENT_OFFSET),
    hopLimit: view.getUint8(HOP_LIMIT_OFFSET) || undefined,
    isClockSynchronised: (view.getUint8(FLAGS_OFFSET) & SYNCHRONISED) !== 0,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
