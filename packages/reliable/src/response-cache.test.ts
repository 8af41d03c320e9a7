import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import fc from "fast-check";
import type { CachedRequest } from "./response-cache.ts";
import { ResponseCache } from "./response-cache.ts";

const LIFETIME_NS = 1000;

function admit(
  cache: ResponseCache,
  id: string,
  nowNs = 0,
  address = "192.0.2.7",
): CachedRequest | undefined {
  const endpoint: Endpoint = { address, port: 40_831 };
  return cache.admit({ id, endpoint, attempt: 1 }, 100, nowNs);
}

function settle(cache: ResponseCache, request: CachedRequest | undefined): void {
  if (request === undefined) throw new Error("was not admitted");
  cache.settle(request, { type: "answer", payload: new Uint8Array(10) }, 10);
}

describe("what is kept", () => {
  test("is found until its lifetime after the last copy is over", () => {
    const cache = new ResponseCache(LIFETIME_NS, {});
    const request = admit(cache, "a");
    settle(cache, request);
    if (request !== undefined) cache.refresh(request, 600);
    const found = [999, 1599, 1600].map((nowNs) => {
      cache.expire(nowNs);
      return cache.find("a") !== undefined;
    });
    expect([found, cache.size, cache.bytes]).toEqual([[true, true, false], 0, 0]);
  });

  test("stays while it is being carried out, however long", () => {
    const cache = new ResponseCache(LIFETIME_NS, {});
    const request = admit(cache, "a");
    cache.expire(5000);
    expect(cache.find("a")).toBe(request);
    settle(cache, request);
    cache.expire(5999);
    expect(cache.size).toBe(1);
    cache.expire(6000);
    expect(cache.size).toBe(0);
  });

  test("goes in the order in which it expires", () => {
    const cache = new ResponseCache(LIFETIME_NS, {});
    for (const [id, nowNs] of [
      ["a", 0],
      ["b", 10],
      ["c", 20],
    ] as const) {
      settle(cache, admit(cache, id, nowNs));
    }
    const first = cache.find("a");
    if (first !== undefined) cache.refresh(first, 30);
    expect(cache.nextExpiryNs()).toBe(1010);
    cache.expire(1020);
    expect([cache.size, cache.nextExpiryNs()]).toEqual([1, 1030]);
  });
});

describe("where there is no room, nothing is forgotten for it", () => {
  test("in entries", () => {
    const cache = new ResponseCache(LIFETIME_NS, { maxEntries: 2 });
    const admitted = ["a", "b", "c"].map((id, index) => admit(cache, id, 0, `192.0.2.${index}`));
    expect(admitted.map((request) => request !== undefined)).toEqual([true, true, false]);
    expect([cache.find("a"), cache.find("b")]).toEqual(admitted.slice(0, 2));
  });

  test("in bytes, where an answer frees what was set aside for it", () => {
    const cache = new ResponseCache(LIFETIME_NS, { maxBytes: 4096 });
    const kept: CachedRequest[] = [];
    for (let index = 0; ; index++) {
      const request = admit(cache, `${index}`, 0, `192.0.2.${index}`);
      if (request === undefined) break;
      kept.push(request);
    }
    const before = cache.bytes;
    for (const request of kept) settle(cache, request);
    expect([kept.length, before - cache.bytes]).toEqual([6, 6 * 90]);
  });

  test("one source fills a quarter, all addresses of an IPv6 /64 together", () => {
    const cache = new ResponseCache(LIFETIME_NS, { maxEntries: 8 });
    const same = ["2001:db8::1", "2001:db8::2", "2001:db8::3"];
    const admitted = [...same, "2001:db8:0:1::1", "192.0.2.1"].map((address, index) =>
      admit(cache, `${index}`, 0, address),
    );
    expect(admitted.map((request) => request !== undefined)).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });
});

test("counts entries and bytes right, whatever happens", () => {
  const events = fc.array(
    fc.record({
      what: fc.constantFrom("admit", "settle", "refresh", "expire"),
      id: fc.nat(20),
      address: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(events, (all) => {
      const cache = new ResponseCache(LIFETIME_NS, { maxEntries: 12, maxBytes: 8192 });
      for (const [index, { what, id, address }] of all.entries()) {
        const nowNs = index * 50;
        const known = cache.find(`${id}`);
        if (what === "admit" && known === undefined) admit(cache, `${id}`, nowNs, address);
        if (what === "settle" && known?.result === undefined && known) settle(cache, known);
        if (what === "refresh" && known) cache.refresh(known, nowNs);
        if (what === "expire") cache.expire(nowNs);
        expect(cache.size).toBeLessThanOrEqual(12);
        expect(cache.bytes).toBeLessThanOrEqual(8192);
      }
      for (let id = 0; id <= 20; id++) {
        const known = cache.find(`${id}`);
        if (known && known.result === undefined) settle(cache, known);
      }
      cache.expire(Number.MAX_SAFE_INTEGER);
      expect([cache.size, cache.bytes]).toEqual([0, 0]);
    }),
  );
});
