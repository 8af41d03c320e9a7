import type { ArrivedDatagram, StampErrorEstimate, StampFault, StampRequest } from "@udp/core";
import {
  encodeNtpTimestamp,
  isStampReply,
  readStampRequest,
  reflectStampTlvs,
  sharedKeyOption,
  stampBaseBytes,
  writeStampReply,
} from "@udp/core";
import { StampSessionTable } from "./session-table.ts";

/**
 * Whether replies carry the number of their request, or count by themselves (RFC 8762 section 4): only
 * the latter tells a sender in which direction a packet was lost.
 */
export type StampReflectorMode = "stateless" | "stateful";

/** When a request arrived. */
export interface StampMoment {
  /** By a clock that never jumps: how long a session was silent. */
  readonly nowNs: number;
  /** By the clock that `unixNowNs` reads. */
  readonly receivedAtUnixNs: bigint;
}

/** What a {@link StampReflector} is, and what it asks of the server that it is part of. */
export interface StampReflectorOptions {
  /** Default `stateless`. */
  readonly mode?: StampReflectorMode | undefined;
  /** Of the authenticated mode, 16 to 64 bytes; without one it is the unauthenticated mode. */
  readonly key?: Uint8Array | undefined;
  /** Nanoseconds of UNIX time. */
  readonly unixNowNs: () => bigint;
  /** What is known of that clock, with NTP as its format. */
  readonly errorEstimate: () => StampErrorEstimate;
}

/**
 * Why a request is not answered. `replayed`: it was answered before, or is too old to say. `no-room`: too
 * many sessions are under way to remember another one.
 */
export type StampRefusal = StampFault | "replayed" | "no-room";

/** What TWAMP reflectors say that do not know it (RFC 5357 section 4.2.1). */
const UNKNOWN_TTL = 255;

/**
 * The session-reflector of STAMP (RFC 8762, RFC 8972): answers each request with one packet of its size,
 * what stands behind the base packet included. It has no guard: `isOwnReply` is for a `ReplyGuard`, which
 * must have judged a request before it comes here.
 *
 * With a key, a request is answered once in its session: an address, a port and an SSID. It may come up
 * to 1023 behind the highest sequence number. A sender may begin again with any number, if its timestamps
 * are later than before. Copies that the network makes are refused as well. What a key cannot do: the
 * HMAC is over no address, so a request that was captured and comes from elsewhere is the first of another
 * session; and what is forgotten, after 90 minutes of silence or at a restart, can be replayed once more.
 * Only clocks that agree could tell, and a sender's need not. Without a key anybody can make requests, and
 * copies are answered.
 *
 * A stateful reflector counts the replies of a session, from 0 again where it has forgotten it. It cannot
 * know another sender at the same address, port and SSID from the one before, and counts on.
 */
export class StampReflector {
  readonly #options: StampReflectorOptions;
  readonly #isStateful: boolean;
  readonly #sessions = new StampSessionTable();

  /** @throws UdpError `UDP_BAD_OPTION` for a key that is too short or too long. */
  constructor(options: StampReflectorOptions) {
    this.#options = options;
    this.#isStateful = options.mode === "stateful";
    if (options.key !== undefined) sharedKeyOption(options.key);
  }

  /** Whether a payload is what reflectors of this mode send: two that answered it would never end. */
  readonly isOwnReply = (payload: Uint8Array): boolean =>
    isStampReply(payload, this.#options.key === undefined ? "plain" : "authenticated");

  /**
   * Writes the answer to a request into `reply`, which has room for as many bytes, and returns its length,
   * which is that of the request; or why there is none.
   */
  reflect(arrival: ArrivedDatagram, moment: StampMoment, reply: Uint8Array): number | StampRefusal {
    const request = readStampRequest(arrival.payload, this.#options.key);
    if (typeof request === "string") return request;
    const replySequence = this.#replySequence(request, arrival, moment.nowNs);
    if (typeof replySequence === "string") return replySequence;
    const packet = reply.subarray(0, arrival.payload.byteLength);
    packet.set(arrival.payload);
    this.#reflectTlvs(packet, request.sequence, replySequence);
    this.#writeBase(packet, request, {
      sequence: replySequence,
      receivedAtUnixNs: moment.receivedAtUnixNs,
      hopLimit: arrival.hopLimit,
    });
    return packet.byteLength;
  }

  /** The number of the reply; or why the request is not answered. */
  #replySequence(
    request: StampRequest,
    arrival: ArrivedDatagram,
    nowNs: number,
  ): number | "replayed" | "no-room" {
    const isAuthenticated = this.#options.key !== undefined;
    if (!(this.#isStateful || isAuthenticated)) return request.sequence;
    const session = this.#sessions.hear(arrival, request.ssid, nowNs);
    if (session === undefined) return "no-room";
    if (isAuthenticated && !session.take(request)) return "replayed";
    return this.#isStateful ? session.nextReplySequence() : request.sequence;
  }

  #reflectTlvs(packet: Uint8Array, requestSequence: number, replySequence: number): void {
    const { key } = this.#options;
    const tlvs = packet.subarray(stampBaseBytes(key));
    reflectStampTlvs(tlvs, { requestSequence, replySequence, key });
  }

  #writeBase(
    packet: Uint8Array,
    request: StampRequest,
    answer: {
      readonly sequence: number;
      readonly receivedAtUnixNs: bigint;
      readonly hopLimit: number | undefined;
    },
  ): void {
    const { key, errorEstimate, unixNowNs } = this.#options;
    const reply = {
      sequence: answer.sequence,
      errorEstimate: errorEstimate(),
      ssid: request.ssid,
      receiveTimestamp: encodeNtpTimestamp(answer.receivedAtUnixNs),
      senderSequence: request.sequence,
      senderTimestamp: request.timestamp,
      senderErrorEstimate: request.errorEstimate,
      senderTtl: answer.hopLimit ?? UNKNOWN_TTL,
      timestamp: encodeNtpTimestamp(unixNowNs()),
    };
    writeStampReply(reply, packet, key);
  }
}
