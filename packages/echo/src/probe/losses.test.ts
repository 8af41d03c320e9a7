import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { accountFor } from "./accounting.ts";
import { lossDocument } from "./losses.ts";
import type { PeerCounts } from "./peer-counts.ts";

/** What became of one datagram: how many copies arrived, and of each what the far end did. */
type Fate = readonly ("refused" | "answered" | "answer lost")[];

/** What both ends have counted of datagrams of which that became. */
function lossOf(fates: readonly Fate[]): ReturnType<typeof lossDocument> {
  const arrivals = fates.flat();
  const countOf = (what: Fate[number]): number => arrivals.filter((one) => one === what).length;
  const peer: PeerCounts = {
    distinctCount: fates.filter((fate) => fate.length > 0).length,
    copyCount: arrivals.length,
    replyCount: countOf("answered") + countOf("answer lost"),
    refusedCount: countOf("refused"),
    undecidedCount: 0,
    unsentCount: 0,
    foreignCount: 0,
    droppedCount: 0,
  };
  const counts = {
    sentCount: fates.length,
    replyCount: countOf("answered"),
    distinctReplyCount: countOf("answered"),
    highestReplyNumber: countOf("answered") - 1,
    answeredCount: fates.filter((fate) => fate.includes("answered")).length,
    undecidedCount: 0,
  };
  return lossDocument({ counts, peer, ...accountFor(counts, peer) });
}

const REFUSED: Fate = ["refused"];
const ANSWERED: Fate = ["answered"];

describe("the loss", () => {
  test("has nothing in it that was refused, neither among the lost nor among all", () => {
    const fates = [...Array<Fate>(60).fill(REFUSED), ...Array<Fate>(39).fill(ANSWERED), []];
    const { lowerRatio, upperRatio, ...loss } = lossOf(fates) ?? {};
    expect(loss).toEqual({ count: 1, ratio: 1 / 40 });
    expect([lowerRatio, upperRatio]).toEqual([
      expect.closeTo(0.0044, 4),
      expect.closeTo(0.1288, 4),
    ]);
  });

  test("of datagrams that were all refused is none, and no ratio", () => {
    expect(lossOf([REFUSED, REFUSED])).toEqual({
      count: 0,
      ratio: null,
      lowerRatio: null,
      upperRatio: null,
    });
  });

  test("is not known where copies came of what was refused, or nobody says what was", () => {
    expect(lossOf([["refused", "refused"], ANSWERED])).toBeNull();
    const counts = { sentCount: 3, answeredCount: 1 };
    const forward = { lostCount: undefined, duplicatedCount: undefined };
    expect(lossDocument({ counts, peer: undefined, forward })).toBeNull();
  });

  test("property: is what was lost on either way, or not known", () => {
    const fate = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<Fate>([], REFUSED, ANSWERED, ["answer lost"]) },
      fc.array(fc.constantFrom("refused", "answered", "answer lost"), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(fate), (fates) => {
        const lost = fates.filter((one) => !one.includes("answered") && !one.includes("refused"));
        const loss = lossOf(fates);
        if (loss !== null) expect(loss.count).toBe(lost.length);
        else {
          expect(fates.flat()).toContain("refused");
          expect(Math.max(...fates.map(({ length }) => length))).toBeGreaterThan(1);
        }
      }),
    );
  });
});
