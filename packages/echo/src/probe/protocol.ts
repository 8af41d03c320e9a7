import type { Random, StampErrorEstimate } from "@udp/core";
import { estimateStampError } from "@udp/core";
import { StampProbe } from "../stamp/probe.ts";
import type { WallClock } from "../wall-clock.ts";
import { readProbePacket, writeProbePacket } from "./packet.ts";

/** How a far end is measured with; see {@link ProbeProtocol}. */
export type ProbeProtocolName = "probe" | "echo" | "stamp";

/** What a reply says. */
export interface JudgedReply {
  /** Which datagram is answered. */
  readonly number: number;
  /** Which reply this is, where the far end counts them. */
  readonly replyNumber?: number;
  /** When the far end received and sent, in nanoseconds of UNIX time by its clock, where it says so. */
  readonly receivedAtUnixNs?: bigint;
  readonly sentAtUnixNs?: bigint;
  /** Whether that clock is said to be synchronised. */
  readonly isClockSynchronised?: boolean;
  /** TTL or hop limit that the datagram had left at the far end. */
  readonly hopLimit?: number | undefined;
}

/**
 * Why a datagram from the far end is no reply. `malformed`: it is nothing that this protocol knows, or
 * belongs to another measurement. `wrong-hmac`: another key has made it. `forgotten`: the far end does not
 * know of the measurement any more.
 */
type ReplyFault = "malformed" | "wrong-hmac" | "forgotten";

/** What datagrams look like, and what their answers say. */
export interface ProbeProtocol {
  readonly name: ProbeProtocolName;
  /** Makes a payload datagram `number`; what is behind the header stays. */
  write(number: number, payload: Uint8Array): void;
  judge(payload: Uint8Array): JudgedReply | ReplyFault;
}

/** A server of ours, which tells copies apart and says what it saw. */
export function probeProtocol(session: bigint): ProbeProtocol {
  return {
    name: "probe",
    write: (number, payload) => writeProbePacket({ type: "probe", session, number }, payload),
    judge: (payload) => {
      const packet = readProbePacket(payload);
      if (packet?.session !== session) return "malformed";
      if (packet.type === "refusal") return "forgotten";
      return packet.type === "reply" ? packet : "malformed";
    },
  };
}

/** A session-reflector of STAMP (RFC 8762, RFC 8972). */
export function stampProtocol({ key, wallClock, random }: StampProtocolOptions): ProbeProtocol {
  const errorEstimate = (): StampErrorEstimate => estimateStampError(wallClock.status());
  const requests = new StampProbe({ key, random, errorEstimate, acceptsNoSsid: true });
  return {
    name: "stamp",
    write: (number, payload) => requests.write(number, payload, wallClock.unixNowNs()),
    judge: (payload) => {
      const reply = requests.judge(payload);
      if (typeof reply !== "string") return reply;
      return reply === "wrong-hmac" ? reply : "malformed";
    },
  };
}

/** What STAMP needs besides. */
export interface StampProtocolOptions {
  readonly key: Uint8Array | undefined;
  readonly wallClock: WallClock;
  readonly random: Random;
}

/** Anybody who sends back what comes (RFC 862). */
export function echoProtocol(session: bigint): ProbeProtocol {
  return {
    name: "echo",
    write: (number, payload) => writeProbePacket({ type: "echo", session, number }, payload),
    judge: (payload) => {
      const packet = readProbePacket(payload);
      const isOurs = packet?.type === "echo" && packet.session === session;
      return isOurs ? { number: packet.number } : "malformed";
    },
  };
}
