import type { ArrivedDatagram } from "@udp/core";
import { isSingleHost } from "@udp/core";
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

type Source = Pick<ArrivedDatagram, "sourceAddress" | "sourcePort">;

interface Entry {
  readonly session: StampSession;
  readonly prefix: string;
  heardAtNs: number;
}

/**
 * The sessions of a reflector, in a bounded memory. A session is an address, a port and an SSID. Those
 * that are heard keep their place, whoever else comes: a flood keeps new ones out, and ends none.
 */
export class StampSessionTable {
  /** In the order in which they were last heard. */
  readonly #entries = new Map<string, Entry>();
  readonly #countOf = new Map<string, number>();

  get size(): number {
    return this.#entries.size;
  }

  /** The session of a datagram, a new one where there is none; `undefined` where there is no room for it. */
  hear(source: Source, ssid: number, nowNs: number): StampSession | undefined {
    this.#forgetFirst(nowNs - SESSION_LIFETIME_NS, Number.POSITIVE_INFINITY);
    const name = `${source.sourceAddress.join(":")} ${source.sourcePort} ${ssid}`;
    const entry = this.#entries.get(name) ?? this.#admit(source, nowNs);
    if (entry === undefined) return undefined;
    entry.heardAtNs = nowNs;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.session;
  }

  #admit(source: Source, nowNs: number): Entry | undefined {
    if (this.size >= MAX_STAMP_SESSIONS) this.#forgetFirst(nowNs - SPARED_NS, 1);
    const prefix = prefixOf(source);
    const count = this.#countOf.get(prefix) ?? 0;
    if (this.size >= MAX_STAMP_SESSIONS || count >= MAX_SESSIONS_PER_SOURCE) return undefined;
    this.#countOf.set(prefix, count + 1);
    return { session: new StampSession(), prefix, heardAtNs: nowNs };
  }

  /** Forgets those that were silent since then, so many at most. */
  #forgetFirst(silentSinceNs: number, maxCount: number): void {
    let count = 0;
    for (const [name, { prefix, heardAtNs }] of this.#entries) {
      if (heardAtNs > silentSinceNs || count >= maxCount) return;
      this.#entries.delete(name);
      this.#leave(prefix);
      count++;
    }
  }

  #leave(prefix: string): void {
    const count = (this.#countOf.get(prefix) ?? 1) - 1;
    if (count > 0) this.#countOf.set(prefix, count);
    else this.#countOf.delete(prefix);
  }
}

function prefixOf({ sourceAddress }: Source): string {
  return sourceAddress.subarray(0, isSingleHost(sourceAddress) ? 4 : 2).join(":");
}
