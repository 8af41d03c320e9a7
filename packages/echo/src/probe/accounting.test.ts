import { describe, expect, test } from "bun:test";
import type { OwnCounts } from "./accounting.ts";
import { accountFor, isPlausible } from "./accounting.ts";
import type { PeerCounts } from "./peer-counts.ts";

const OWN: OwnCounts = {
  sentCount: 100,
  replyCount: 95,
  distinctReplyCount: 90,
  highestReplyNumber: 95,
  undecidedCount: 0,
};

const PEER: PeerCounts = {
  distinctCount: 93,
  copyCount: 99,
  replyCount: 97,
  refusedCount: 2,
  undecidedCount: 0,
  unsentCount: 0,
  foreignCount: 0,
  droppedCount: undefined,
};

const UNKNOWN = { lostCount: undefined, duplicatedCount: undefined };

describe("accountFor", () => {
  test("sets both ends side by side; what was refused is not lost", () => {
    expect(accountFor(OWN, PEER)).toEqual({
      forward: { lostCount: 7, duplicatedCount: 6 },
      backward: { lostCount: 7, duplicatedCount: 5 },
    });
  });

  test("says nothing where it cannot know", () => {
    expect([
      accountFor(OWN, undefined),
      accountFor(OWN, { ...PEER, undecidedCount: 1 }).forward,
      accountFor({ ...OWN, undecidedCount: 1 }, PEER).backward,
    ]).toEqual([{ forward: UNKNOWN, backward: UNKNOWN }, UNKNOWN, UNKNOWN]);
  });
});

test("isPlausible believes nothing that cannot be", () => {
  const impossible: Partial<PeerCounts>[] = [
    { distinctCount: 101, copyCount: 120 },
    { distinctCount: 100, copyCount: 99 },
    { replyCount: 98 },
    { replyCount: 96 },
    { copyCount: 2 ** 53 - 1 },
    // Older than reply 95, though not than as many replies as came.
    { replyCount: 95, copyCount: 97 },
  ];
  expect([
    isPlausible(OWN, PEER),
    ...impossible.map((counts) => isPlausible(OWN, { ...PEER, ...counts })),
  ]).toEqual([true, ...impossible.map(() => false)]);
});
