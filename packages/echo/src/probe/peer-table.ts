import type { ArrivedDatagram } from "@udp/core";
import { SourceTable } from "@udp/core";
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
  readonly #peers = new SourceTable<bigint, ProbePeer>({
    maxEntries: MAX_SESSIONS,
    maxEntriesPerSource: MAX_SESSIONS_PER_SOURCE,
    lifetimeNs: LIFETIME_NS,
    sparedNs: SPARED_NS,
    finishedSparedNs: CLOSED_SPARED_NS,
  });

  /** The session that a request is of, where it is that of the sender. */
  hear(session: bigint, request: ArrivedDatagram, nowNs: number): ProbePeer | undefined {
    const peer = this.#peers.find(session, nowNs);
    if (!peer?.isFrom(request)) return undefined;
    this.#peers.noteHeard(session, nowNs);
    peer.countHeard();
    return peer;
  }

  /** A new session; `undefined` where there is no room for it. */
  admit(
    session: bigint,
    request: ArrivedDatagram,
    counts: SocketCounts,
    nowNs: number,
  ): ProbePeer | undefined {
    const { sourceAddress } = request;
    return this.#peers.admit(
      { key: session, sourceAddress },
      nowNs,
      () => new ProbePeer(request, counts),
    );
  }

  /** Its client has asked what came. */
  close(session: bigint, nowNs: number): void {
    this.#peers.finish(session, nowNs);
  }
}
