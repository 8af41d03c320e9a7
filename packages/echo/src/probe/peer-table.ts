import type { ArrivedDatagram } from "@udp/core";
import { isSingleHost } from "@udp/core";
import type { SocketCounts } from "./peer.ts";
import { ProbePeer } from "./peer.ts";

/** So many sessions at once; each takes 8 KB. */
const MAX_SESSIONS = 1024;

/** So many of them of one host (IPv6: of one /64). */
const MAX_SESSIONS_PER_SOURCE = 64;

const NS_PER_MINUTE = 60_000_000_000;

/** A session that was silent for so long is over. Longer than any interval between probes. */
const LIFETIME_NS = 90 * NS_PER_MINUTE;

/** Where there is no room, one that was silent for so long makes it. */
const SPARED_NS = NS_PER_MINUTE;

/** The same of one that was closed: its client asks again for what it has not heard within some seconds. */
const CLOSED_SPARED_NS = NS_PER_MINUTE / 6;

/** The sessions of a server, in a bounded memory. */
export class PeerTable {
  readonly #peers = new Map<bigint, ProbePeer>();

  get size(): number {
    return this.#peers.size;
  }

  /** The session, where it is that of the sender. */
  find(session: bigint, request: ArrivedDatagram): ProbePeer | undefined {
    const peer = this.#peers.get(session);
    return peer?.isFrom(request) ? peer : undefined;
  }

  /** A new session; `undefined` where there is no room for it. */
  admit(
    session: bigint,
    request: ArrivedDatagram,
    counts: SocketCounts,
    nowNs: number,
  ): ProbePeer | undefined {
    this.#forget(({ heardAtNs }) => heardAtNs <= nowNs - LIFETIME_NS);
    this.#makeRoom(prefixOf(request), nowNs);
    if (this.#isFull || this.#isCrowded(prefixOf(request))) return undefined;
    if (this.#peers.has(session)) return undefined;
    const peer = new ProbePeer(request, counts, nowNs);
    this.#peers.set(session, peer);
    return peer;
  }

  get #isFull(): boolean {
    return this.#peers.size >= MAX_SESSIONS;
  }

  /** A source that has filled its own part costs nobody else a session. */
  #makeRoom(source: string, nowNs: number): void {
    const isIdle = ({ heardAtNs, isClosed }: ProbePeer): boolean =>
      heardAtNs <= nowNs - (isClosed ? CLOSED_SPARED_NS : SPARED_NS);
    if (this.#isFull) this.#forget(isIdle);
    if (this.#isCrowded(source)) this.#forget((peer) => isIdle(peer) && prefixOf(peer) === source);
  }

  #forget(isOver: (peer: ProbePeer) => boolean): void {
    for (const [session, peer] of this.#peers) {
      if (isOver(peer)) this.#peers.delete(session);
    }
  }

  #isCrowded(source: string): boolean {
    let count = 0;
    for (const peer of this.#peers.values()) {
      if (prefixOf(peer) === source) count++;
    }
    return count >= MAX_SESSIONS_PER_SOURCE;
  }
}

function prefixOf({ sourceAddress }: Pick<ArrivedDatagram, "sourceAddress">): string {
  return sourceAddress.subarray(0, isSingleHost(sourceAddress) ? 4 : 2).join(":");
}
