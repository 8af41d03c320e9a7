import type { RequestId } from "../../src/frame.ts";
import type { CachedRequest, CachedRequestSnapshot } from "../../src/response-cache.ts";
import { ResponseCache } from "../../src/response-cache.ts";

/** Forgets the oldest request where it should say that there is no room. */
export class EvictingCache extends ResponseCache {
  readonly #capacity: number;
  #kept: readonly RequestId[] = [];

  constructor(lifetimeNs: number, capacity: number) {
    super(lifetimeNs, {});
    this.#capacity = capacity;
  }

  override find(id: RequestId): CachedRequest | undefined {
    return this.#kept.includes(id) ? super.find(id) : undefined;
  }

  override admit(...args: Parameters<ResponseCache["admit"]>): CachedRequest | undefined {
    this.#kept = [...this.#kept, args[0].id].slice(-this.#capacity);
    return super.admit(...args);
  }

  override inspect(nowNs: number): readonly CachedRequestSnapshot[] {
    return super.inspect(nowNs).filter(({ id }) => this.#kept.includes(id));
  }
}

/** Forgets a request as soon as it is answered. */
export class HastyCache extends ResponseCache {
  override find(id: RequestId): CachedRequest | undefined {
    const request = super.find(id);
    return request?.result === undefined ? request : undefined;
  }
}
