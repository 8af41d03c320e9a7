/** What a server saw of a session. */
export interface PeerCounts {
  /** Probes that arrived, each number once. */
  readonly distinctCount: number;
  /** Arrivals of probes, copies included. */
  readonly copyCount: number;
  /** Replies that were numbered. */
  readonly replyCount: number;
  /** Arrivals that the guard refused to answer. */
  readonly refusedCount: number;
  /** Arrivals too far behind the highest number to tell whether they are copies. */
  readonly undecidedCount: number;
  /** Datagrams of anybody that the server's buffer had no room for; `undefined` where nobody counts. */
  readonly droppedCount: number | undefined;
  /** Replies to anybody that the server's system did not take. */
  readonly unsentCount: number;
  /** Datagrams of anybody else that arrived meanwhile. */
  readonly foreignCount: number;
}

/** In their order on the wire; behind them stands `droppedCount`. */
const COUNT_FIELDS = [
  "distinctCount",
  "copyCount",
  "replyCount",
  "refusedCount",
  "undecidedCount",
  "unsentCount",
  "foreignCount",
] as const;

const COUNT_BYTES = 8;
const DROPPED_OFFSET = COUNT_FIELDS.length * COUNT_BYTES;

/** So many bytes of a report they take. */
export const PEER_COUNTS_BYTES: number = DROPPED_OFFSET + COUNT_BYTES;

const UNKNOWN = 0xff_ff_ff_ff_ff_ff_ff_ffn;

/** Writes them to the beginning of `target`, 8 bytes each; all ones: not known. */
export function writePeerCounts(counts: PeerCounts, target: Uint8Array): void {
  const view = viewOf(target);
  for (const [index, field] of COUNT_FIELDS.entries()) {
    view.setBigUint64(index * COUNT_BYTES, BigInt(counts[field]));
  }
  const { droppedCount } = counts;
  view.setBigUint64(DROPPED_OFFSET, droppedCount === undefined ? UNKNOWN : BigInt(droppedCount));
}

/** Reads them from the beginning of `bytes`. Counts that no server can have come to are not believed. */
export function readPeerCounts(bytes: Uint8Array): PeerCounts | undefined {
  const view = viewOf(bytes);
  const counts = COUNT_FIELDS.map((_, index) => Number(view.getBigUint64(index * COUNT_BYTES)));
  const dropped = view.getBigUint64(DROPPED_OFFSET);
  const droppedCount = dropped === UNKNOWN ? undefined : Number(dropped);
  if (![...counts, droppedCount ?? 0].every(Number.isSafeInteger)) return undefined;
  const [distinctCount = 0, copyCount = 0, replyCount = 0, refusedCount = 0, ...others] = counts;
  const [undecidedCount = 0, unsentCount = 0, foreignCount = 0] = others;
  return {
    distinctCount,
    copyCount,
    replyCount,
    refusedCount,
    undecidedCount,
    unsentCount,
    foreignCount,
    droppedCount,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
