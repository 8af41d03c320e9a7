import { decodeUtf8 } from "@udp/core";
import type { Announcement, ServiceInfo } from "./announcement.ts";
import { infoBytes, MAX_NAME_BYTES, MAX_TTL_SECONDS } from "./announcement.ts";
import type { InstanceId } from "./instance.ts";
import { INSTANCE_BYTES } from "./instance.ts";
import type { KnownAnswer } from "./known-answer.ts";
import { KNOWN_ANSWER_BYTES } from "./known-answer.ts";

//  0        4   5   6   7   8                24      28
// +--------+---+---+---+---+----------------+-------+------···
// | magic  | v | t | f | 0 |       id       | round | body
// +--------+---+---+---+---+----------------+-------+------···
//
// magic  "uBCA"
// v      version, 1
// t      type: 1 query, 2 answer, 3 goodbye
// f      flags; 1 in a query: the answer is wanted with hop limit 255, so that it shows itself to be
//        from the same link; 1 in an answer: where the query came in, the discovery's group is heard
//        too. Others are not looked at
// id     128 random bits: of the query, in all of its rounds, and in its answers; in a goodbye those
//        of the responder that leaves
// round  of the query, from 1 on; in a goodbye 0
//
// query:    28     30        32      34
//          +------+---------+-------+-------···-------+---···---+
//          | path | leisure | count | known answers   | zeros   |
//          +------+---------+-------+-------···-------+---···---+
//
// path     which of the ways of the one who asks this datagram goes
// leisure  ms over which the answers are to be spread (RFC 7252 section 8.2)
// known    4 bytes for each responder that is to be silent: see known-answer.ts
// zeros    to make it 400 bytes, so that an answer of 1200 is less than three times as large, headers
//          counted; what stands there is not looked at. At most 1200 bytes in all
//
// answer:   28         44     48    52     54      55     56        57
//          +----------+------+-----+------+-------+------+---------+-------+------+------+
//          | instance | held | ttl | port | paths | name | entries | paths | name | info |
//          +----------+------+-----+------+-------+------+---------+-------+------+------+
//                                          count   bytes  count
//
// instance  128 bits that stand for the responder from its start to its end: see instance.ts
// held      µs from the arrival of the query, by the first of the paths, to the sending of this
// ttl       seconds that this is to be believed
// port      of the service
// paths     2 bytes for each that the query of this round came by, up to now
// info      for each entry: length, key, length, value; lengths of one byte
//
// goodbye:  28
//          +--------+
//          | secret |  16 bytes, of which the instance was made: only who left can say so
//          +--------+
//
// Numbers are in network byte order, texts in UTF-8. A query is never an answer, and no answer or
// goodbye is ever answered.

const MAGIC = 0x75_42_43_41;
const VERSION = 1;
const VERSION_OFFSET = 4;
const TYPE_OFFSET = 5;
const FLAGS_OFFSET = 6;
const ID_OFFSET = 8;
const ROUND_OFFSET = 24;
const BODY_OFFSET = 28;
const ID_BYTES = 16;
const WANTS_ON_LINK = 1;
const HEARS_GROUP = 1;

const QUERY = { path: 28, leisure: 30, count: 32, known: 34 } as const;
const ANSWER = {
  instance: 28,
  held: 44,
  ttl: 48,
  port: 52,
  pathCount: 54,
  nameBytes: 55,
  entryCount: 56,
  rest: 57,
} as const;
const PATH_BYTES = 2;

const TYPE_CODES = { query: 1, answer: 2, goodbye: 3 } as const;

const MAX_U16 = 0xff_ff;
const MAX_U32 = 0xff_ff_ff_ff;

/** A shorter query is not answered. */
export const MIN_QUERY_BYTES = 400;
/** No datagram of this protocol is longer: with headers it fits every IPv6 link. */
export const MAX_FRAME_BYTES = 1200;
/** So many known answers fit in a query. */
export const MAX_KNOWN_ANSWERS: number = Math.floor(
  (MAX_FRAME_BYTES - QUERY.known) / KNOWN_ANSWER_BYTES,
);
/** An answer names so many of the paths that its query came by. */
export const MAX_PATHS_PER_ANSWER = 16;
/** The longest time over which answers can be spread. */
export const MAX_LEISURE_MS: number = MAX_U16;
/** Paths are numbered from 0 to this. */
export const MAX_PATH_NUMBER: number = MAX_U16;

/** 32 hexadecimal digits. */
export type QueryId = string;

/** Who is there? */
export interface QueryFrame {
  readonly type: "query";
  readonly id: QueryId;
  /** From 1 on. */
  readonly round: number;
  /** Answers are wanted with hop limit 255. */
  readonly wantsOnLink: boolean;
  /** Which way this datagram goes; 0 to {@link MAX_PATH_NUMBER}. */
  readonly path: number;
  /** Answers are to be spread over so long; 0 to {@link MAX_LEISURE_MS}. */
  readonly leisureMs: number;
  /** Those who stay silent; at most {@link MAX_KNOWN_ANSWERS}. */
  readonly known: readonly KnownAnswer[];
}

/** I am. */
export interface AnswerFrame extends Announcement {
  readonly type: "answer";
  /** That of the query. */
  readonly id: QueryId;
  /** That of the query. */
  readonly round: number;
  readonly instanceId: InstanceId;
  /** At the interface of the first of the paths the discovery's group is heard too. */
  readonly hearsGroup: boolean;
  /** From the arrival of the query by the first of the paths to the sending of this, microseconds. */
  readonly heldUs: number;
  /** Those by which the query came, 1 to {@link MAX_PATHS_PER_ANSWER}, in the order of arrival. */
  readonly paths: readonly number[];
}

/** I am no more. */
export interface GoodbyeFrame {
  readonly type: "goodbye";
  readonly instanceId: InstanceId;
  readonly secret: Uint8Array;
}

/** One datagram of the discovery. */
export type Frame = QueryFrame | AnswerFrame | GoodbyeFrame;

/** Why a datagram is none of the discovery. */
export type FrameFault =
  /** No datagram of this protocol. */
  | "foreign"
  /** Of a version that is not known. */
  | "other-version"
  /** Another type, or not what its type is made of. */
  | "malformed";

/** A new query's identifier; unpredictable where `randomBytes` is. */
export function createQueryId(randomBytes: (count: number) => Uint8Array): QueryId {
  return Buffer.from(randomBytes(ID_BYTES)).toString("hex");
}

/** What an answer has room for beside this name. */
export function maxInfoBytes(name: string): number {
  const pathBytes = MAX_PATHS_PER_ANSWER * PATH_BYTES;
  return MAX_FRAME_BYTES - ANSWER.rest - pathBytes - Buffer.byteLength(name);
}

/** The UDP payload of a frame whose fields are within their bounds. */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "query":
      return encodeQuery(frame);
    case "answer":
      return encodeAnswer(frame);
    case "goodbye": {
      const buffer = allocate(BODY_OFFSET + INSTANCE_BYTES, "goodbye", frame.instanceId, 0);
      buffer.set(frame.secret.subarray(0, INSTANCE_BYTES), BODY_OFFSET);
      return buffer;
    }
  }
}

/** The frame in a UDP payload, or why there is none. */
export function decodeFrame(bytes: Uint8Array): Frame | FrameFault {
  if (!isMarked(bytes)) return "foreign";
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = buffer[VERSION_OFFSET];
  if (version === undefined) return "malformed";
  if (version !== VERSION) return "other-version";
  if (buffer.byteLength < BODY_OFFSET || buffer.byteLength > MAX_FRAME_BYTES) return "malformed";
  switch (buffer[TYPE_OFFSET]) {
    case TYPE_CODES.query:
      return decodeQuery(buffer) ?? "malformed";
    case TYPE_CODES.answer:
      return decodeAnswer(buffer) ?? "malformed";
    case TYPE_CODES.goodbye:
      return decodeGoodbye(buffer) ?? "malformed";
    default:
      return "malformed";
  }
}

/** Whether a payload begins as what a responder sends, whatever its version and its length. */
export function isReply(bytes: Uint8Array): boolean {
  const type = bytes[TYPE_OFFSET];
  return isMarked(bytes) && (type === TYPE_CODES.answer || type === TYPE_CODES.goodbye);
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

function allocate(bytes: number, type: Frame["type"], id: string, round: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(MAGIC, 0);
  buffer.writeUInt8(VERSION, VERSION_OFFSET);
  buffer.writeUInt8(TYPE_CODES[type], TYPE_OFFSET);
  buffer.write(id, ID_OFFSET, ID_BYTES, "hex");
  buffer.writeUInt32BE(round, ROUND_OFFSET);
  return buffer;
}

function encodeQuery({ id, round, wantsOnLink, path, leisureMs, known }: QueryFrame): Buffer {
  const listed = known.slice(0, MAX_KNOWN_ANSWERS);
  const bytes = QUERY.known + KNOWN_ANSWER_BYTES * listed.length;
  const buffer = allocate(Math.max(bytes, MIN_QUERY_BYTES), "query", id, round);
  buffer.writeUInt8(wantsOnLink ? WANTS_ON_LINK : 0, FLAGS_OFFSET);
  buffer.writeUInt16BE(path, QUERY.path);
  buffer.writeUInt16BE(Math.min(Math.round(leisureMs), MAX_LEISURE_MS), QUERY.leisure);
  buffer.writeUInt16BE(listed.length, QUERY.count);
  for (const [index, answer] of listed.entries()) {
    buffer.writeUInt32BE(answer, QUERY.known + KNOWN_ANSWER_BYTES * index);
  }
  return buffer;
}

function decodeQuery(buffer: Buffer): QueryFrame | undefined {
  if (buffer.byteLength < MIN_QUERY_BYTES) return undefined;
  const round = buffer.readUInt32BE(ROUND_OFFSET);
  const count = buffer.readUInt16BE(QUERY.count);
  if (round === 0 || QUERY.known + KNOWN_ANSWER_BYTES * count > buffer.byteLength) return undefined;
  return {
    type: "query",
    id: readId(buffer, ID_OFFSET),
    round,
    wantsOnLink: hasFlag(buffer, WANTS_ON_LINK),
    path: buffer.readUInt16BE(QUERY.path),
    leisureMs: buffer.readUInt16BE(QUERY.leisure),
    known: readKnown(buffer, count),
  };
}

function hasFlag(buffer: Buffer, flag: number): boolean {
  return ((buffer[FLAGS_OFFSET] ?? 0) & flag) !== 0;
}

/** In a loop: every responder on the link reads it in every round. */
function readKnown(buffer: Buffer, count: number): readonly KnownAnswer[] {
  const known: KnownAnswer[] = [];
  for (let index = 0; index < count; index++) {
    known.push(buffer.readUInt32BE(QUERY.known + KNOWN_ANSWER_BYTES * index));
  }
  return known;
}

function encodeAnswer(frame: AnswerFrame): Buffer {
  const paths = frame.paths.slice(0, MAX_PATHS_PER_ANSWER);
  const nameBytes = Buffer.byteLength(frame.name);
  const nameOffset = ANSWER.rest + PATH_BYTES * paths.length;
  const infoOffset = nameOffset + nameBytes;
  const buffer = allocate(infoOffset + infoBytes(frame.info), "answer", frame.id, frame.round);
  buffer.writeUInt8(frame.hearsGroup ? HEARS_GROUP : 0, FLAGS_OFFSET);
  buffer.write(frame.instanceId, ANSWER.instance, INSTANCE_BYTES, "hex");
  buffer.writeUInt32BE(Math.min(Math.max(Math.round(frame.heldUs), 0), MAX_U32), ANSWER.held);
  buffer.writeUInt32BE(frame.ttlSeconds, ANSWER.ttl);
  buffer.writeUInt16BE(frame.port, ANSWER.port);
  buffer.writeUInt8(paths.length, ANSWER.pathCount);
  buffer.writeUInt8(nameBytes, ANSWER.nameBytes);
  buffer.writeUInt8(Object.keys(frame.info).length, ANSWER.entryCount);
  for (const [index, path] of paths.entries()) {
    buffer.writeUInt16BE(path, ANSWER.rest + PATH_BYTES * index);
  }
  buffer.write(frame.name, nameOffset);
  writeInfo(buffer, infoOffset, frame.info);
  return buffer;
}

function writeInfo(buffer: Buffer, start: number, info: ServiceInfo): void {
  let offset = start;
  for (const text of Object.entries(info).flat()) {
    const bytes = buffer.write(text, offset + 1);
    buffer.writeUInt8(bytes, offset);
    offset += 1 + bytes;
  }
}

function decodeAnswer(buffer: Buffer): AnswerFrame | undefined {
  if (buffer.byteLength < ANSWER.rest) return undefined;
  const round = buffer.readUInt32BE(ROUND_OFFSET);
  const ttlSeconds = buffer.readUInt32BE(ANSWER.ttl);
  const port = buffer.readUInt16BE(ANSWER.port);
  const pathCount = buffer.readUInt8(ANSWER.pathCount);
  const isTtl = ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS;
  const isPathCount = pathCount > 0 && pathCount <= MAX_PATHS_PER_ANSWER;
  if (round === 0 || port === 0 || !isTtl || !isPathCount) return undefined;
  const tail = decodeTail(buffer, ANSWER.rest + PATH_BYTES * pathCount);
  return tail === undefined
    ? undefined
    : {
        type: "answer",
        id: readId(buffer, ID_OFFSET),
        round,
        instanceId: readId(buffer, ANSWER.instance),
        hearsGroup: hasFlag(buffer, HEARS_GROUP),
        heldUs: buffer.readUInt32BE(ANSWER.held),
        ttlSeconds,
        port,
        paths: Array.from({ length: pathCount }, (_, index) =>
          buffer.readUInt16BE(ANSWER.rest + PATH_BYTES * index),
        ),
        ...tail,
      };
}

function decodeTail(
  buffer: Buffer,
  offset: number,
): Pick<AnswerFrame, "name" | "info"> | undefined {
  const nameBytes = buffer.readUInt8(ANSWER.nameBytes);
  if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES) return undefined;
  const name = readText(buffer, offset, nameBytes);
  const texts = readTexts(buffer, offset + nameBytes);
  const entryCount = buffer.readUInt8(ANSWER.entryCount);
  if (name === undefined || texts?.length !== 2 * entryCount) return undefined;
  const entries = texts.flatMap((key, index) =>
    index % 2 === 0 ? [[key, texts[index + 1] ?? ""] as const] : [],
  );
  const isKeyed = entries.every(([key]) => key.length > 0 && !key.includes("="));
  const isUnique = new Set(entries.map(([key]) => key)).size === entryCount;
  return isKeyed && isUnique ? { name, info: Object.fromEntries(entries) } : undefined;
}

/** All that stand between there and the end, which the last of them must meet. */
function readTexts(buffer: Buffer, start: number): readonly string[] | undefined {
  const texts: string[] = [];
  for (let offset = start; offset < buffer.byteLength; ) {
    const bytes = buffer.readUInt8(offset);
    const text = readText(buffer, offset + 1, bytes);
    if (text === undefined) return undefined;
    texts.push(text);
    offset += 1 + bytes;
  }
  return texts;
}

function readText(buffer: Buffer, offset: number, bytes: number): string | undefined {
  if (offset + bytes > buffer.byteLength) return undefined;
  const decoded = decodeUtf8(buffer.subarray(offset, offset + bytes));
  return decoded.isText ? decoded.text : undefined;
}

function decodeGoodbye(buffer: Buffer): GoodbyeFrame | undefined {
  const isWhole = buffer.byteLength === BODY_OFFSET + INSTANCE_BYTES;
  if (!isWhole || buffer.readUInt32BE(ROUND_OFFSET) !== 0) return undefined;
  const secret = Uint8Array.from(buffer.subarray(BODY_OFFSET));
  return { type: "goodbye", instanceId: readId(buffer, ID_OFFSET), secret };
}

function readId(buffer: Buffer, offset: number): string {
  return buffer.toString("hex", offset, offset + ID_BYTES);
}
