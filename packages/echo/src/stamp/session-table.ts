import type { DatagramSource } from "@udp/core";
import { SourceTable } from "@udp/core";
import { StampSession } from "./session.ts";

/** So many sessions at once; each takes less than 1 KB. */
export const MAX_STAMP_SESSIONS = 4096;

/** So many of them of one host (IPv6: of one /64). */
export const MAX_SESSIONS_PER_SOURCE: number = MAX_STAMP_SESSIONS / 4;

const NS_PER_MINUTE = 60_000_000_000;

/** A session that was silent for so long is over. */
export const SESSION_LIFETIME_NS: number = 90 * NS_PER_MINUTE;

/** Where there is no room, one that was silent for so long makes it. */
export const SPARED_NS: number = NS_PER_MINUTE;

/** The sessions of a reflector, in a bounded memory. A session is an address, a port and an SSID. */
export class StampSessionTable {
  readonly #sessions = new SourceTable<string, StampSession>({
    maxEntries: MAX_STAMP_SESSIONS,
    maxEntriesPerSource: MAX_SESSIONS_PER_SOURCE,
    lifetimeNs: SESSION_LIFETIME_NS,
    sparedNs: SPARED_NS,
  });

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of a datagram, a new one where there is none; `undefined` where there is no room for it. */
  hear(source: DatagramSource, ssid: number, nowNs: number): StampSession | undefined {
    const { sourceAddress, sourcePort } = source;
    const key = `${sourceAddress.join(":")} ${sourcePort} ${ssid}`;
    this.#sessions.noteHeard(key, nowNs);
    return (
      this.#sessions.find(key, nowNs) ??
      this.#sessions.admit({ key, sourceAddress }, nowNs, () => new StampSession())
    );
  }
}
