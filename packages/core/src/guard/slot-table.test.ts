import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../random.ts";
import { SlotTable } from "./slot-table.ts";

type Key = readonly [a: number, b: number, c: number, d: number];

const word = fc.nat(0xff_ff_ff_ff);
const keys: fc.Arbitrary<Key> = fc.tuple(word, word, word, word);

function numbered(index: number): Key {
  return [0, 0, 0xff_ff, index];
}

describe("a set of four", () => {
  test("gives each of four keys a slot of its own, and the same one again", () => {
    const table = new SlotTable(4);
    const slots = [0, 1, 2, 3].map((index) => {
      const slot = table.slotOf(...numbered(index));
      table.stampNs[slot] = index;
      return slot;
    });
    expect(slots.toSorted()).toEqual([0, 1, 2, 3]);
    expect([0, 1, 2, 3].map((index) => table.slotOf(...numbered(index)))).toEqual(slots);
  });

  test("gives a fifth key the slot of the lowest stamp, as new", () => {
    const table = new SlotTable(4);
    const stampsNs = [30, 10, 20, 40];
    const slots = stampsNs.map((stampNs, index) => {
      const slot = table.slotOf(...numbered(index));
      table.stampNs[slot] = stampNs;
      return slot;
    });
    const taken = table.slotOf(...numbered(4));
    expect({ slot: taken, stampNs: table.stampNs[taken] }).toEqual({
      slot: slots[1] ?? -1,
      stampNs: Number.NEGATIVE_INFINITY,
    });
  });

  test.each([0, 1, 2, 3])("tells keys apart that differ in word %d only", (differing) => {
    const table = new SlotTable(4);
    const slot = table.slotOf(7, 7, 7, 7);
    table.stampNs[slot] = 1;
    const [a, b, c, d] = [0, 1, 2, 3].map((word) => (word === differing ? 8 : 7));
    expect(table.slotOf(a ?? 0, b ?? 0, c ?? 0, d ?? 0)).not.toBe(slot);
  });
});

test("remembers as a list of four would that drops its lowest stamp", () => {
  const visits = fc.array(fc.tuple(fc.nat(9), fc.nat(1000)), { maxLength: 100 });
  fc.assert(
    fc.property(visits, (run) => {
      const table = new SlotTable(4);
      const model = new Map<number, number>();
      for (const [index, stampNs] of run) {
        const slot = table.slotOf(...numbered(index));
        const remembered = table.stampNs[slot];
        // Of equal stamps either may go, so the run ends where the model cannot know.
        if (!model.has(index) && model.size === 4) {
          const lowest = Math.min(...model.values());
          const candidates = [...model.keys()].filter((key) => model.get(key) === lowest);
          if (candidates.length > 1) return;
          model.delete(candidates[0] ?? -1);
        }
        expect(remembered).toBe(model.get(index) ?? Number.NEGATIVE_INFINITY);
        model.set(index, stampNs);
        table.stampNs[slot] = stampNs;
      }
    }),
  );
});

test("any key stands in the table, and stays where it is while nothing else comes", () => {
  fc.assert(
    fc.property(keys, fc.integer(), (key, seed) => {
      const table = new SlotTable(64, seededRandom(seed));
      const slot = table.slotOf(...key);
      expect(slot).toBeWithin(0, 64);
      expect(table.slotOf(...key)).toBe(slot);
      expect(table.stampNs.length).toBe(64);
    }),
  );
});

/** The sets, of which there are 256, that these keys stand in. */
function setsOf(table: SlotTable, chosen: readonly Key[]): number[] {
  return chosen.map((key) => Math.floor(table.slotOf(...key) / 4));
}

test("keys that follow one another are spread over the sets", () => {
  const neighbours = Array.from({ length: 1024 }, (_, index) => numbered(index));
  const perSet = new Map<number, number>();
  for (const set of setsOf(new SlotTable(1024, seededRandom(1)), neighbours)) {
    perSet.set(set, (perSet.get(set) ?? 0) + 1);
  }
  expect(perSet.size).toBeGreaterThan(240);
  expect(Math.max(...perSet.values())).toBeLessThan(16);
});

test("keys chosen to meet in one set of one table do not meet in another's", () => {
  const known = new SlotTable(1024, seededRandom(1));
  const all = Array.from({ length: 20_000 }, (_, index) => numbered(index));
  const [target] = setsOf(known, all);
  const aimed = all.filter((key) => setsOf(known, [key])[0] === target);
  const elsewhere = new Set(setsOf(new SlotTable(1024, seededRandom(2)), aimed));
  expect(aimed.length).toBeGreaterThan(40);
  expect(elsewhere.size).toBeGreaterThan(aimed.length / 2);
});
