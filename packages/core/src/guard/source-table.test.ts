import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressWords } from "../address/ip-address.ts";
import { SourceTable } from "./source-table.ts";

const OPTIONS = {
  maxEntries: 4,
  maxEntriesPerSource: 2,
  lifetimeNs: 100,
  sparedNs: 20,
  finishedSparedNs: 5,
};

/** A table of keys that are their own values, and hosts 192.0.2.x. */
class Tried {
  readonly table = new SourceTable<string, string>(OPTIONS);

  admit(key: string, host: number, nowNs: number): boolean {
    const newcomer = { key, sourceAddress: addressWords(`192.0.2.${host}`) };
    return this.table.admit(newcomer, nowNs, () => key) !== undefined;
  }

  /** Admits each key, of a host each, at once. */
  admitAll(keys: string, nowNs: number): void {
    for (const [host, key] of [...keys].entries()) expect(this.admit(key, host, nowNs)).toBe(true);
  }

  found(keys: string, nowNs: number): string {
    return [...keys].map((key) => this.table.find(key, nowNs) ?? "-").join("");
  }
}

describe("a source table", () => {
  test("keeps what is heard, and says what is over nothing of", () => {
    const tried = new Tried();
    tried.admitAll("ab", 0);
    tried.table.noteHeard("a", 99);
    expect([tried.found("ab", 99), tried.found("ab", 100)]).toEqual(["ab", "a-"]);
    tried.table.noteHeard("b", 100);
    tried.table.finish("b", 100);
    tried.table.finish("c", 100);
    expect([tried.found("ab", 198), tried.found("ab", 199)]).toEqual(["a-", "--"]);
  });

  test("what is over leaves no trace", () => {
    const tried = new Tried();
    tried.admitAll("abcd", 0);
    expect(tried.admit("a", 9, 100)).toBe(true);
    expect([tried.table.size, tried.table.sourceCount]).toEqual([1, 1]);
  });

  test("has a key once", () => {
    const tried = new Tried();
    tried.admitAll("a", 0);
    expect(tried.admit("a", 1, 50)).toBe(false);
    expect(tried.found("a", 100)).toBe("-");
  });

  test("full: the one that was silent longest makes room, and no more than that one", () => {
    const tried = new Tried();
    tried.admitAll("abcd", 0);
    tried.table.noteHeard("a", 1);
    expect([tried.admit("e", 8, 19), tried.admit("e", 8, 20)]).toEqual([false, true]);
    expect(tried.found("abcde", 20)).toBe("a-cde");
  });

  test("full: one that is finished makes room sooner, and first", () => {
    const tried = new Tried();
    tried.admitAll("abcd", 0);
    tried.table.finish("c", 15);
    expect([tried.admit("e", 8, 19), tried.admit("e", 8, 20)]).toEqual([false, true]);
    expect(tried.found("abcde", 20)).toBe("ab-de");
  });

  test("a source that has filled its part makes room there alone", () => {
    const tried = new Tried();
    tried.admitAll("ab", 0);
    expect([tried.admit("c", 1, 10), tried.admit("d", 1, 10)]).toEqual([true, false]);
    expect([tried.admit("d", 0, 10), tried.admit("e", 1, 20)]).toEqual([true, true]);
    expect(tried.found("abcde", 20)).toBe("a-cde");
    expect([tried.admit("f", 1, 20), tried.found("acde", 20)]).toEqual([false, "acde"]);
  });

  test("without a time of their own finished ones are as any other", () => {
    const table = new SourceTable<string, string>({ ...OPTIONS, finishedSparedNs: undefined });
    const admit = (key: string, nowNs: number): string | undefined =>
      table.admit({ key, sourceAddress: addressWords("192.0.2.1") }, nowNs, () => key);
    for (const key of "ab") admit(key, 0);
    table.finish("a", 0);
    expect([admit("c", 19), admit("c", 20)]).toEqual([undefined, "c"]);
  });
});

interface ModelEntry {
  readonly key: string;
  readonly host: number;
  readonly heardAtNs: number;
  readonly isFinished: boolean;
}

/** The same rules, over a list in the order of hearing. */
class Model {
  #entries: readonly ModelEntry[] = [];

  admit(key: string, host: number, nowNs: number): boolean {
    this.#entries = this.#entries.filter(({ heardAtNs }) => heardAtNs > nowNs - OPTIONS.lifetimeNs);
    if (this.#entries.some((entry) => entry.key === key)) return false;
    const own = this.#entries.filter((entry) => entry.host === host);
    if (own.length >= OPTIONS.maxEntriesPerSource) {
      if (!this.#forgetOne(own, nowNs)) return false;
    } else if (this.#entries.length >= OPTIONS.maxEntries) {
      if (!this.#forgetOne(this.#entries, nowNs)) return false;
    }
    this.#entries = [...this.#entries, { key, host, heardAtNs: nowNs, isFinished: false }];
    return true;
  }

  hear(key: string, nowNs: number, isFinished = false): void {
    const heard = this.#entries.find((entry) => entry.key === key);
    if (heard === undefined || this.found([key], nowNs)[0] === undefined) return;
    const last = { ...heard, heardAtNs: nowNs, isFinished: heard.isFinished || isFinished };
    this.#entries = [...this.#entries.filter((entry) => entry !== heard), last];
  }

  found(keys: readonly string[], nowNs: number): readonly (string | undefined)[] {
    const there = this.#entries.filter(({ heardAtNs }) => heardAtNs > nowNs - OPTIONS.lifetimeNs);
    return keys.map((key) => there.find((entry) => entry.key === key)?.key);
  }

  #forgetOne(among: readonly ModelEntry[], nowNs: number): boolean {
    const first =
      among.find(
        ({ heardAtNs, isFinished }) => isFinished && heardAtNs <= nowNs - OPTIONS.finishedSparedNs,
      ) ??
      among.find(
        ({ heardAtNs, isFinished }) => !isFinished && heardAtNs <= nowNs - OPTIONS.sparedNs,
      );
    this.#entries = this.#entries.filter((entry) => entry !== first);
    return first !== undefined;
  }
}

test("property: a source table does what a list without an index would", () => {
  const keys = [..."abcdefgh"];
  const step = fc.record({
    waitNs: fc.oneof(fc.nat(8), fc.nat(120)),
    what: fc.constantFrom("admit", "admit", "hear", "finish"),
    key: fc.constantFrom(...keys),
    host: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tried = new Tried();
      const model = new Model();
      let nowNs = 0;
      for (const { waitNs, what, key, host } of steps) {
        nowNs += waitNs;
        if (what === "admit") {
          expect(tried.admit(key, host, nowNs)).toBe(model.admit(key, host, nowNs));
        }
        if (what === "hear") tried.table.noteHeard(key, nowNs);
        if (what === "finish") tried.table.finish(key, nowNs);
        if (what !== "admit") model.hear(key, nowNs, what === "finish");
        expect(keys.map((each) => tried.table.find(each, nowNs))).toEqual([
          ...model.found(keys, nowNs),
        ]);
      }
    }),
  );
});
