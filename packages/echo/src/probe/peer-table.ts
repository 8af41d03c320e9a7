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
    this.#forget(nowNs - LIFETIME_NS);
    if (this.#peers.size >= MAX_SESSIONS) this.#forget(nowNs - SPARED_NS);
    if (this.#peers.size >= MAX_SESSIONS || this.#isCrowded(request)) return undefined;
    if (this.#peers.has(session)) return undefined;
    const peer = new ProbePeer(request, counts, nowNs);
    this.#peers.set(session, peer);
    return peer;
  }

  #forget(silentSinceNs: number): void {
    for (const [session, { heardAtNs }] of this.#peers) {
      if (heardAtNs <= silentSinceNs) this.#peers.delete(session);
    }
  }

  #isCrowded(request: ArrivedDatagram): boolean {
    const prefix = prefixOf(request);
    let count = 0;
    for (const peer of this.#peers.values()) {
      if (prefixOf(peer) === prefix) count++;
    }
    return count >= MAX_SESSIONS_PER_SOURCE;
  }
}

function prefixOf({ sourceAddress }: Pick<ArrivedDatagram, "sourceAddress">): string {
  return sourceAddress.subarray(0, isSingleHost(sourceAddress) ? 4 : 2).join(":");
}
