import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import { reorderingOf } from "./reordering.ts";

describe("reordering", () => {
  interface Example {
    readonly sequence: readonly number[];
    readonly extents: readonly number[];
  }

  const examples: readonly (readonly [string, Example])[] = [
    ["in order", { sequence: [1, 2, 3, 4, 5], extents: [] }],
    ["in order with losses", { sequence: [1, 4, 9], extents: [] }],
    ["one late", { sequence: [1, 2, 3, 5, 6, 7, 8, 4, 9, 10], extents: [4] }],
    [
      "three late",
      {
        sequence: [1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11],
        extents: [4, 5, 6],
      },
    ],
    ["by one", { sequence: [1, 10, 5], extents: [1] }],
    ["backwards", { sequence: [3, 2, 1, 0], extents: [1, 2, 3] }],
    ["two rows backwards", { sequence: [4, 3, 2, 6, 5], extents: [1, 2, 1] }],
  ];

  test.each(examples)("%s", (_title, { sequence, extents }) => {
    expect(reorderingOf(Uint32Array.from(sequence))).toEqual({
      reorderedCount: extents.length,
      reorderedRatio: extents.length / sequence.length,
      extents: Uint32Array.from(extents),
      maxExtent: Math.max(0, ...extents),
    });
  });

  test("of nothing has no ratio", () => {
    expect(reorderingOf(new Uint32Array())).toEqual({
      reorderedCount: 0,
      reorderedRatio: undefined,
      extents: new Uint32Array(),
      maxExtent: 0,
    });
  });

  const sequences = fc.oneof(
    fc.uniqueArray(fc.nat(200), { maxLength: 60 }),
    fc.uniqueArray(fc.integer({ min: 0xff_ff_ff_00, max: 0xff_ff_ff_ff }), { maxLength: 20 }),
  );

  test("property: as the definitions say", () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const { reorderedCount, extents } = reorderingOf(Uint32Array.from(sequence));
        expect({ reorderedCount, extents: [...extents] }).toEqual({
          reorderedCount: countReordered(sequence),
          extents: definedExtents(sequence),
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a million datagrams backwards", () => {
    const count = 1_000_000;
    const { reorderedCount, maxExtent } = reorderingOf(
      new Uint32Array(count).map((_, index) => count - index),
    );
    expect([reorderedCount, maxExtent]).toEqual([count - 1, count - 1]);
  });

  test("a million datagrams, of which the first arrives last", () => {
    const count = 1_000_000;
    const sequence = new Uint32Array(count).map((_, index) => (index + 1) % count);
    const { extents } = reorderingOf(sequence);
    expect([...extents]).toEqual([count - 1]);
  });

  test("a million datagrams in rough order", () => {
    const random = seededRandom(1);
    const sequence = new Uint32Array(1_000_000).map((_, index) => index);
    for (let index = 0; index < sequence.length - 1; index += 2) {
      if (random() < 0.5) sequence.subarray(index, index + 2).reverse();
    }
    const { reorderedCount, maxExtent } = reorderingOf(sequence);
    expect(maxExtent).toBe(1);
    expect(reorderedCount).toBeWithin(249_000, 251_000);
  });
});

/** RFC 4737 section 3.3: late is who comes below the next number expected. */
function countReordered(sequence: readonly number[]): number {
  let nextExpected = 0;
  return sequence.filter((number) => {
    const isReordered = number < nextExpected;
    if (!isReordered) nextExpected = number + 1;
    return isReordered;
  }).length;
}

function definedExtents(sequence: readonly number[]): number[] {
  return sequence.flatMap((number, index) => {
    const first = sequence.findIndex((earlier) => earlier > number);
    return first === -1 || first > index ? [] : [index - first];
  });
}
