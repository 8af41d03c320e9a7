import type { Random, StampErrorEstimate, StampReply } from "@udp/core";
import {
  decodeNtpTimestamp,
  decodePtpTimestamp,
  encodeNtpTimestamp,
  padStampPacket,
  randomWord,
  readStampReply,
  secureRandom,
  sharedKeyOption,
  stampBaseBytes,
  writeStampRequest,
} from "@udp/core";
import { SentTimestamps } from "./sent-timestamps.ts";

/** What the requests of a session are made with. */
export interface StampProbeOptions {
  /** Of the authenticated mode, 16 to 64 bytes; without one it is the unauthenticated mode. */
  readonly key?: Uint8Array | undefined;
  /** What is known of the clock that `write` is told the time of, with NTP as its format. */
  readonly errorEstimate: () => StampErrorEstimate;
  /**
   * Believe replies without an SSID, as reflectors make them that do not know RFC 8972, until one comes
   * that has it. Default `false`: they are `no-ssid`.
   */
  readonly acceptsNoSsid?: boolean | undefined;
  /** Default: one that cannot be predicted. */
  readonly random?: Random | undefined;
}

/** What a reply says that is believed. */
export interface StampJudgedReply {
  /** Which request is answered. */
  readonly number: number;
  /** When the reflector received and sent, in nanoseconds by its clock (T2 and T3). */
  readonly receivedAtUnixNs: bigint;
  readonly sentAtUnixNs: bigint;
  /** Whether that clock is said to be synchronised to UTC. */
  readonly isClockSynchronised: boolean;
  /**
   * How far it may be off. With `ptp` as its format the two times may be by TAI, 37 s ahead of UTC: only
   * what passed between them is sure.
   */
  readonly errorEstimate: StampErrorEstimate;
  /** TTL or hop limit that the request had left; `undefined` where the reflector does not tell. */
  readonly hopLimit: number | undefined;
}

/**
 * Why a datagram is no reply to be believed. `malformed`: no reflector's packet of this mode. `wrong-hmac`:
 * the key did not make it. `wrong-session`: another SSID, or another timestamp than the request had.
 * `no-ssid`: none, where there should be one. `unknown-number`: the request has not left, or so many have
 * left since, 65,536, that what it left with is forgotten.
 */
export type StampReplyFault =
  | "malformed"
  | "wrong-hmac"
  | "wrong-session"
  | "no-ssid"
  | "unknown-number";

/** 2^-20 s, so that a timestamp is right to a microsecond and its last bits are free. */
const RANDOM_BITS = 12;

/** Session identifiers are 16 bits, and not 0. */
const SSIDS = 0xff_ff;

/** A time to live that no datagram has left, and what reflectors say that do not know it. */
const UNKNOWN_TTLS: readonly number[] = [0, 255];

/**
 * The packets of a session-sender of STAMP (RFC 8762, RFC 8972) in one session.
 *
 * Without a key, whoever does not see the requests must guess two things of each that a reply has to
 * repeat: the SSID, 16 bits that are drawn at random, and the request's timestamp. Its last 12 bits, less
 * than a microsecond, are drawn at random (as RFC 5905 section 6 has it for bits that a clock does not
 * know); of the 52 before them somebody who knows when the request left to a millisecond has to guess 10
 * more. Together 28 bits at least, besides the addresses and ports, which are not judged here. Without
 * an SSID it is 12. With a key it is an HMAC of 128 bits.
 */
export class StampProbe {
  readonly ssid: number;
  /** The shortest payload of a request. Up to 3 bytes more are zeros, from 4 on they are an Extra Padding TLV. */
  readonly minPayloadBytes: number;
  readonly #options: StampProbeOptions;
  readonly #random: Random;
  readonly #sent = new SentTimestamps();
  #needsSsid: boolean;

  /** @throws UdpError `UDP_BAD_OPTION` for a key that is too short or too long. */
  constructor(options: StampProbeOptions) {
    this.#options = options;
    this.#random = options.random ?? secureRandom;
    this.ssid = 1 + Math.floor(this.#random() * SSIDS);
    if (options.key !== undefined) sharedKeyOption(options.key);
    this.#needsSsid = options.acceptsNoSsid !== true;
    this.minPayloadBytes = stampBaseBytes(options.key);
  }

  /**
   * Makes a payload request `number`, 0 to 2^32 - 1. What stands behind the base packet and the header of
   * an Extra Padding TLV stays: reflectors of RFC 8762, and of TWAMP before, copy it as they would any
   * padding, while those of RFC 8972 take everything there for TLVs.
   *
   * @param payload at least `minPayloadBytes` long.
   */
  write(number: number, payload: Uint8Array, sentAtUnixNs: bigint): void {
    const { key, errorEstimate } = this.#options;
    const random = BigInt(randomWord(this.#random));
    const timestamp = withLastBits(encodeNtpTimestamp(sentAtUnixNs), random);
    this.#sent.set(number, timestamp);
    padStampPacket(payload.subarray(this.minPayloadBytes));
    const request = {
      sequence: number,
      timestamp,
      errorEstimate: errorEstimate(),
      ssid: this.ssid,
    };
    writeStampRequest(request, payload, key);
  }

  /** What a datagram from the reflector says; or why it is not believed. Copies are not told apart. */
  judge(payload: Uint8Array): StampJudgedReply | StampReplyFault {
    const reply = readStampReply(payload, this.#options.key);
    if (typeof reply === "string") return reply === "too-short" ? "malformed" : reply;
    const fault = this.#findFault(reply);
    if (fault !== undefined) return fault;
    if (reply.ssid !== 0) this.#needsSsid = true;
    return judged(reply);
  }

  #findFault({ ssid, senderSequence, senderTimestamp }: StampReply): StampReplyFault | undefined {
    if (ssid === 0 && this.#needsSsid) return "no-ssid";
    if (ssid !== 0 && ssid !== this.ssid) return "wrong-session";
    const timestamp = this.#sent.get(senderSequence);
    if (timestamp === undefined) return "unknown-number";
    return senderTimestamp === timestamp ? undefined : "wrong-session";
  }
}

function withLastBits(timestamp: bigint, random: bigint): bigint {
  const bits = BigInt(RANDOM_BITS);
  return ((timestamp >> bits) << bits) | BigInt.asUintN(RANDOM_BITS, random);
}

function judged(reply: StampReply): StampJudgedReply | "malformed" {
  const { errorEstimate, senderTtl } = reply;
  const decode = errorEstimate.format === "ntp" ? decodeNtpTimestamp : decodePtpTimestamp;
  const receivedAtUnixNs = decode(reply.receiveTimestamp);
  const sentAtUnixNs = decode(reply.timestamp);
  if (receivedAtUnixNs === undefined || sentAtUnixNs === undefined) return "malformed";
  return {
    number: reply.senderSequence,
    receivedAtUnixNs,
    sentAtUnixNs,
    isClockSynchronised: errorEstimate.isSynchronised,
    errorEstimate,
    hopLimit: UNKNOWN_TTLS.includes(senderTtl) ? undefined : senderTtl,
  };
}
