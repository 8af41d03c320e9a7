import { expect, test } from "bun:test";
import { PathMtuSearch } from "../search.ts";
import { ladder } from "./ladder.ts";

/** A search of which the interface takes 4000 bytes, and the path 1400, after its first burst. */
function searchUnderWay(): PathMtuSearch {
  const search = new PathMtuSearch({ minBytes: 68, maxBytes: 9000 }, 0);
  for (const { id, bytes } of search.poll(0)) {
    if (bytes === 1200) search.acknowledge(id, 1000);
    if (bytes === 1480) search.packetTooBig(id, { mtuBytes: 1400 }, 1000);
    if (bytes === 9000) search.refusedLocally(id, 4000, 1000);
  }
  return search;
}

test("the sizes that were tried, the largest first, and what became of each", () => {
  const search = searchUnderWay();
  expect(ladder({ stage: "there", way: search.outcome, farEnd: undefined })).toEqual([
    "The way there: probe 4, round trip 1",
    "  9000  too big for this host",
    "  1500  too big: a router says so",
    "  1480  too big: a router says so",
    "  1400  sent",
    "  1200  confirmed",
  ]);
  search.poll(3_000_000_000);
  expect(ladder({ stage: "back", way: search.outcome, farEnd: undefined })).toEqual(
    expect.arrayContaining(["  1400  lost 1", "  1200  confirmed"]),
  );
});

test("where no way is measured, what is", () => {
  expect(ladder({ stage: "fragments", way: undefined, farEnd: undefined })).toEqual([
    "Whether fragments arrive",
  ]);
});
