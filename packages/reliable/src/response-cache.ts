import type { Endpoint } from "@udp/core";
import { addressWords, integerOption, nsToMs, sourcePrefix } from "@udp/core";
import type { RequestId } from "./frame.ts";

/** How much a server remembers. */
export interface ResponseCacheLimits {
  /** Requests in all, 1 or more. Default 262,144. */
  readonly maxEntries?: number | undefined;
  /** Answers and what else is kept of requests; room for the largest answer or more. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/** What is kept of a request. */
export interface CachedRequest {
  readonly id: RequestId;
  /** Where it was first asked from; what answers it counts there. */
  readonly source: string;
  /** Where it was last asked from. */
  endpoint: Endpoint;
  /** The transmission that arrived last, and when. */
  attempt: number;
  arrivedAtNs: number;
  /** What it came to; `undefined` while it is being carried out. */
  result: ResultBody | undefined;
  /** Of all its transmissions, and of everything that was sent for it. */
  receivedBytes: number;
  sentBytes: number;
  /** Whether the endpoint has shown by a cookie that it receives there. */
  isValidated: boolean;
  isAcknowledged: boolean;
  expiresAtNs: number;
  reservedBytes: number;
}

/** A {@link CachedRequest} as plain data; times in milliseconds from now, what has passed below 0. */
export interface CachedRequestSnapshot
  extends Omit<CachedRequest, "arrivedAtNs" | "expiresAtNs" | "result"> {
  readonly arrivedMs: number;
  readonly expiresMs: number;
  /** With its payload in hexadecimal. */
  readonly result: string | undefined;
}

/** The part of an answer that is the same each time that it is sent. */
export type ResultBody =
  | { readonly type: "answer" | "error"; readonly payload: Uint8Array }
  | { readonly type: "too-large"; readonly limitBytes: number };

/** Roughly what an entry costs besides its answer. */
const ENTRY_BYTES = 512;

/** The part of everything that one source may fill. */
const SOURCE_SHARE = 4;

const DEFAULT_MAX_BYTES = 67_108_864;

/** @throws UdpError `UDP_BAD_OPTION` where there is no room for even one answer of that length. */
export function checkRoom({ maxBytes }: ResponseCacheLimits, answerBytes: number): void {
  const leastBytes = ENTRY_BYTES + answerBytes;
  integerOption("maxBytes", maxBytes ?? DEFAULT_MAX_BYTES, leastBytes, Number.MAX_SAFE_INTEGER);
}

interface Usage {
  entries: number;
  bytes: number;
}

const UNUSED: Readonly<Usage> = { entries: 0, bytes: 0 };

/**
 * The requests that a server has seen, so that none is carried out twice. They are kept until the
 * last copy that could still arrive has arrived (RFC 7252 section 4.8.2), never less: where there is
 * no room for another one, there is none.
 */
export class ResponseCache {
  readonly #lifetimeNs: number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  /** In the order in which they expire. */
  readonly #requests = new Map<RequestId, CachedRequest>();
  readonly #sources = new Map<string, Usage>();
  #bytes = 0;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(lifetimeNs: number, { maxEntries, maxBytes }: ResponseCacheLimits) {
    const most = Number.MAX_SAFE_INTEGER;
    this.#lifetimeNs = lifetimeNs;
    this.#maxEntries = integerOption("maxEntries", maxEntries ?? 262_144, 1, most);
    this.#maxBytes = integerOption("maxBytes", maxBytes ?? DEFAULT_MAX_BYTES, 1, most);
  }

  /** Whether half of what may be kept is: then it is time to know who asks. */
  get isHalfFull(): boolean {
    return this.#requests.size >= this.#maxEntries / 2 || this.#bytes >= this.#maxBytes / 2;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** What is kept, by estimate. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is kept, in the order in which it expires, for diagnostics and tests. */
  inspect(nowNs: number): readonly CachedRequestSnapshot[] {
    return [...this.#requests.values()].map(({ arrivedAtNs, expiresAtNs, result, ...request }) => ({
      ...request,
      arrivedMs: nsToMs(arrivedAtNs - nowNs),
      expiresMs: nsToMs(expiresAtNs - nowNs),
      result: result && describeResult(result),
    }));
  }

  find(id: RequestId): CachedRequest | undefined {
    return this.#requests.get(id);
  }

  /** Whether a new request from there could be kept, with an answer of `answerBytes`. */
  hasRoomFor(endpoint: Endpoint, answerBytes: number): boolean {
    return this.#hasRoom(
      this.#sources.get(sourceOf(endpoint)) ?? UNUSED,
      ENTRY_BYTES + answerBytes,
    );
  }

  /**
   * Keeps a new request, with room for an answer of `answerBytes`; `undefined` where there is no
   * room. What one source fills is bounded to a quarter, IPv6 sources by their /64.
   */
  admit(
    request: { readonly id: RequestId; readonly endpoint: Endpoint; readonly attempt: number },
    answerBytes: number,
    nowNs: number,
  ): CachedRequest | undefined {
    const source = sourceOf(request.endpoint);
    const usage = this.#sources.get(source) ?? { ...UNUSED };
    const reservedBytes = ENTRY_BYTES + answerBytes;
    if (!this.#hasRoom(usage, reservedBytes)) return undefined;
    const kept: CachedRequest = {
      ...request,
      source,
      arrivedAtNs: nowNs,
      result: undefined,
      receivedBytes: 0,
      sentBytes: 0,
      isValidated: false,
      isAcknowledged: false,
      expiresAtNs: nowNs + this.#lifetimeNs,
      reservedBytes: 0,
    };
    this.#sources.set(source, usage);
    usage.entries++;
    this.#requests.set(request.id, kept);
    this.#reserve(kept, reservedBytes);
    return kept;
  }

  /** Another transmission of it has arrived, and copies of that one may follow. */
  refresh(request: CachedRequest, nowNs: number): void {
    request.expiresAtNs = nowNs + this.#lifetimeNs;
    this.#requests.delete(request.id);
    this.#requests.set(request.id, request);
  }

  /** The answer is known, and takes `answerBytes`. */
  settle(request: CachedRequest, result: ResultBody, answerBytes: number): void {
    request.result = result;
    this.#reserve(request, ENTRY_BYTES + answerBytes);
  }

  /** Forgets what has expired; requests that are being carried out stay. */
  expire(nowNs: number): void {
    for (const request of this.#requests.values()) {
      if (request.expiresAtNs > nowNs) return;
      if (request.result === undefined) this.refresh(request, nowNs);
      else this.#forget(request);
    }
  }

  /** When the next one expires; `undefined` where nothing is kept. */
  nextExpiryNs(): number | undefined {
    for (const { expiresAtNs } of this.#requests.values()) return expiresAtNs;
    return undefined;
  }

  #hasRoom({ entries, bytes }: Usage, newBytes: number): boolean {
    return (
      this.#requests.size < this.#maxEntries &&
      this.#bytes + newBytes <= this.#maxBytes &&
      entries < Math.max(this.#maxEntries / SOURCE_SHARE, 1) &&
      bytes + newBytes <= Math.max(this.#maxBytes / SOURCE_SHARE, newBytes)
    );
  }

  #reserve(request: CachedRequest, bytes: number): void {
    const change = bytes - request.reservedBytes;
    request.reservedBytes = bytes;
    this.#bytes += change;
    const usage = this.#sources.get(request.source);
    if (usage !== undefined) usage.bytes += change;
  }

  #forget(request: CachedRequest): void {
    this.#reserve(request, 0);
    this.#requests.delete(request.id);
    const usage = this.#sources.get(request.source);
    if (usage !== undefined && --usage.entries === 0) this.#sources.delete(request.source);
  }
}

function describeResult(result: ResultBody): string {
  const { type } = result;
  if (type === "too-large") return `${type} ${result.limitBytes}`;
  return `${type} ${Buffer.from(result.payload).toString("hex")}`;
}

function sourceOf({ address }: Endpoint): string {
  return sourcePrefix(addressWords(address));
}
