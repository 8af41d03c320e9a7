import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import fc from "fast-check";
import { ByteBudget } from "./byte-budget.ts";

const NS_PER_MINUTE = 60_000_000_000;

function source(index: number): Endpoint {
  return { address: `10.77.${Math.floor(index / 256)}.${index % 256}`, port: 7000 };
}

describe("ByteBudget", () => {
  test("gives a source a quarter, whatever its port", () => {
    const budget = new ByteBudget(4000);
    const port = { ...source(1), port: 7001 };
    expect([
      budget.take(source(1), 600, 0),
      budget.take(port, 401, 0),
      budget.take(port, 400, 0),
      budget.take(source(1), 1, 0),
      budget.take(source(2), 1000, 0),
    ]).toEqual([true, false, true, false, true]);
  });

  test("gives all sources together no more than the whole", () => {
    const budget = new ByteBudget(4000);
    const taken = [1, 2, 3, 4, 5].map((index) => budget.take(source(index), 900, 0));
    expect(taken).toEqual([true, true, true, true, false]);
    expect([budget.take(source(5), 401, 0), budget.take(source(5), 400, 0)]).toEqual([false, true]);
  });

  test("begins again with the next minute", () => {
    const budget = new ByteBudget(4000);
    const timesNs = [0, NS_PER_MINUTE - 1, NS_PER_MINUTE, NS_PER_MINUTE + 1];
    expect(timesNs.map((nowNs) => budget.take(source(1), 1000, nowNs))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test("takes a /64 for one source", () => {
    const budget = new ByteBudget(4000);
    const addresses = ["2001:db8::1", "2001:db8::2:0:0:1", "2001:db8:0:1::1"];
    expect(addresses.map((address) => budget.take({ address, port: 1 }, 1000, 0))).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("remembers 4096 sources a minute, and those get more", () => {
    const budget = new ByteBudget(1_000_000_000);
    for (let index = 0; index < 4096; index++) budget.take(source(index), 100, 0);
    expect([
      budget.take(source(4096), 100, 0),
      budget.take(source(0), 100, 0),
      budget.take(source(4096), 100, NS_PER_MINUTE),
    ]).toEqual([false, true, true]);
  });

  test("of 0 gives nothing", () => {
    expect(new ByteBudget(0).take(source(1), 1, 0)).toBe(false);
  });

  test.each([-1, 0.5, Number.NaN])("of %d there is none", (bytes) => {
    expect(() => new ByteBudget(bytes)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });

  test("property: no minute and no source gets more than it may", () => {
    const take = fc.record({
      from: fc.nat({ max: 9 }),
      bytes: fc.integer({ min: 1, max: 500 }),
      waitNs: fc.nat({ max: NS_PER_MINUTE / 20 }),
    });
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.array(take, { maxLength: 100 }), (total, takes) => {
        const budget = new ByteBudget(total);
        const bySource = new Map<string, number>();
        const byMinute = new Map<number, number>();
        let nowNs = 0;
        for (const { from, bytes, waitNs } of takes) {
          nowNs += waitNs;
          if (!budget.take(source(from), bytes, nowNs)) continue;
          const minute = Math.floor(nowNs / NS_PER_MINUTE);
          const key = `${minute} ${from}`;
          byMinute.set(minute, (byMinute.get(minute) ?? 0) + bytes);
          bySource.set(key, (bySource.get(key) ?? 0) + bytes);
        }
        expect(Math.max(0, ...byMinute.values())).toBeLessThanOrEqual(total);
        expect(Math.max(0, ...bySource.values())).toBeLessThanOrEqual(total / 4);
      }),
    );
  });
});
