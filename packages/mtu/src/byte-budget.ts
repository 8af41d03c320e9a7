import type { Endpoint } from "@udp/core";
import { addressWords, integerOption, sourcePrefix } from "@udp/core";

const NS_PER_MINUTE = 60_000_000_000;

/** One source gets so much of a minute's budget at most: a quarter. */
const SOURCE_SHARE = 4;

/** So many sources get something in a minute: the memory of a budget is bounded. */
const MAX_SOURCES = 4096;

/**
 * How many bytes may leave, counted by the minute: in all, and to one source (IPv6: one /64, which a
 * single host can fill) a quarter of that. Around the turn of a minute twice as much can leave at once.
 */
export class ByteBudget {
  readonly #totalBytes: number;
  readonly #sourceBytes: number;
  readonly #spentBySource = new Map<string, number>();
  #spentBytes = 0;
  #minute = Number.NEGATIVE_INFINITY;

  /**
   * @param bytesPerMinute at least 0, where 0 lets nothing leave.
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  constructor(bytesPerMinute: number) {
    this.#totalBytes = integerOption("budgetBytes", bytesPerMinute, 0, Number.POSITIVE_INFINITY);
    this.#sourceBytes = bytesPerMinute / SOURCE_SHARE;
  }

  /** Takes so many bytes; `false`, and nothing is taken, where they are not left. */
  take(source: Endpoint, bytes: number, nowNs: number): boolean {
    this.#turnMinute(nowNs);
    const key = sourcePrefix(addressWords(source.address));
    const spentBySource = this.#spentBySource.get(key);
    if (spentBySource === undefined && this.#spentBySource.size >= MAX_SOURCES) return false;
    const sourceBytes = (spentBySource ?? 0) + bytes;
    const totalBytes = this.#spentBytes + bytes;
    if (sourceBytes > this.#sourceBytes || totalBytes > this.#totalBytes) return false;
    this.#spentBySource.set(key, sourceBytes);
    this.#spentBytes = totalBytes;
    return true;
  }

  #turnMinute(nowNs: number): void {
    const minute = Math.floor(nowNs / NS_PER_MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#spentBytes = 0;
    this.#spentBySource.clear();
  }
}
