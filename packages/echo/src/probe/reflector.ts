import type { ArrivedDatagram, Random } from "@udp/core";
import { AddressCookies } from "@udp/core";
import type { WallClock } from "../wall-clock.ts";
import type {
  OpenRequest,
  PlainRequest,
  ProbeAnswer,
  ProbePacketType,
  ProbeRefusal,
  ReplyAnswer,
} from "./packet.ts";
import { probePacketType, readProbePacket, writeProbePacket } from "./packet.ts";
import type { ProbePeer, SocketCounts } from "./peer.ts";
import { WINDOW_SIZE } from "./peer.ts";
import { PeerTable } from "./peer-table.ts";

/** What a {@link ProbeReflector} asks of the server that it is part of. */
export interface ProbeReflectorHost {
  /** For the stamps of replies. */
  readonly wallClock: WallClock;
  socketCounts(): SocketCounts;
}

/** Sessions are what a cookie is good for. */
const COOKIE_PURPOSE = 2;

const ANSWERS: ReadonlySet<ProbePacketType> = new Set<ProbeAnswer["type"]>([
  "cookie",
  "opened",
  "reply",
  "report",
  "refusal",
]);

/** Whether a payload is what a reflector sends: one that answered it could be made to loop. */
export function isProbeAnswer(payload: Uint8Array): boolean {
  const type = probePacketType(payload);
  return type !== undefined && ANSWERS.has(type);
}

/**
 * The server's side of the `probe` protocol: answers each probe with a reply number and stamps, and
 * tells its client in the end what came. It remembers nobody who has not shown, by a cookie, to
 * receive where its datagrams say that they come from.
 */
export class ProbeReflector {
  readonly #host: ProbeReflectorHost;
  readonly #cookies: AddressCookies;
  readonly #peers = new PeerTable();

  /** @param random makes the keys of the cookies; default: one that cannot be predicted. */
  constructor(host: ProbeReflectorHost, random?: Random) {
    this.#host = host;
    this.#cookies = new AddressCookies(COOKIE_PURPOSE, random);
  }

  /**
   * Writes the answer to a request into `reply` and returns its length, at most that of the request;
   * `undefined` where the payload is no request of this protocol.
   */
  answer(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number | undefined {
    const packet = readRequest(request.payload);
    if (packet === undefined) return undefined;
    const peer = this.#peers.hear(packet.session, request, nowNs);
    if (packet.type !== "probe" || peer === undefined) {
      return writeProbePacket(this.#manage(packet, peer, request, nowNs), reply);
    }
    const target = reply.subarray(0, request.payload.byteLength);
    target.set(request.payload);
    return writeProbePacket(this.#reply(packet, peer, request.hopLimit), target);
  }

  /** A request was refused: where it is a probe, its client will be told how many were. */
  countRefusal(request: ArrivedDatagram, nowNs: number): void {
    const packet = readRequest(request.payload);
    if (packet === undefined) return;
    const peer = this.#peers.hear(packet.session, request, nowNs);
    if (packet.type !== "probe") return;
    peer?.count(packet.number);
    peer?.countRefusal();
  }

  #reply(probe: PlainRequest, peer: ProbePeer, hopLimit: number | undefined): ReplyAnswer {
    const receivedAtUnixNs = this.#host.wallClock.unixNowNs();
    peer.count(probe.number);
    return {
      ...probe,
      type: "reply",
      replyNumber: peer.nextReplyNumber(),
      receivedAtUnixNs,
      sentAtUnixNs: this.#host.wallClock.unixNowNs(),
      hopLimit,
      isClockSynchronised: this.#host.wallClock.status().isSynchronised,
    };
  }

  #manage(
    packet: TakenRequest,
    peer: ProbePeer | undefined,
    request: ArrivedDatagram,
    nowNs: number,
  ): ProbeAnswer {
    switch (packet.type) {
      case "hello":
        return { ...packet, type: "cookie", cookie: this.#cookies.make(request, nowNs) };
      case "open":
        return peer === undefined ? this.#open(packet, request, nowNs) : opened(packet);
      case "close":
        if (peer === undefined) return refusal(packet, "unknown");
        this.#peers.close(packet.session, nowNs);
        return { ...packet, type: "report", counts: peer.counts(this.#host.socketCounts()) };
      case "probe":
        return refusal(packet, "unknown");
    }
  }

  #open(packet: OpenRequest, request: ArrivedDatagram, nowNs: number): ProbeAnswer {
    if (!this.#cookies.isValid(packet.cookie, request, nowNs)) return refusal(packet, "cookie");
    const counts = this.#host.socketCounts();
    const peer = this.#peers.admit(packet.session, request, counts, nowNs);
    return peer === undefined ? refusal(packet, "full") : opened(packet);
  }
}

/** A request that a server answers; an `echo` is for servers of RFC 862. */
type TakenRequest = OpenRequest | Exclude<PlainRequest, { readonly type: "echo" }>;

function readRequest(payload: Uint8Array): TakenRequest | undefined {
  const packet = readProbePacket(payload);
  switch (packet?.type) {
    case "hello":
    case "open":
    case "probe":
    case "close":
      return packet;
    default:
      return undefined;
  }
}

function opened({ session, number }: OpenRequest): ProbeAnswer {
  return { type: "opened", session, number, windowSize: WINDOW_SIZE };
}

function refusal({ session, number }: TakenRequest, reason: ProbeRefusal): ProbeAnswer {
  return { type: "refusal", session, number, reason };
}
