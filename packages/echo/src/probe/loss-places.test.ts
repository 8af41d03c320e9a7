import { expect, test } from "bun:test";
import fc from "fast-check";
import { COUNTS, NOTHING_SEEN } from "../../test/measured-result.ts";
import { accountFor } from "./accounting.ts";
import type { LossPlaces } from "./loss-places.ts";
import { placeLosses } from "./loss-places.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { ProbeCounts } from "./result.ts";

/** Of 100 datagrams 90 arrived, and of as many replies 80. */
const OWN: ProbeCounts = {
  ...COUNTS,
  sentCount: 100,
  replyCount: 80,
  distinctReplyCount: 80,
  highestReplyNumber: 89,
  answeredCount: 80,
};

const PEER: PeerCounts = { ...NOTHING_SEEN, distinctCount: 90, copyCount: 90, replyCount: 90 };

/** Where something was lost, without the places where nothing was. */
function placesOf(own: Partial<ProbeCounts>, peer?: Partial<PeerCounts>): Partial<LossPlaces> {
  const counts = { ...OWN, ...own };
  const told = peer && { ...PEER, ...peer };
  const places = placeLosses({ counts, peer: told, ...accountFor(counts, told) });
  return Object.fromEntries(Object.entries(places).filter(([, count]) => count !== 0));
}

test("where no buffer was full it was the path", () => {
  expect(placesOf({}, {})).toEqual({ forwardPathCount: 10, backwardPathCount: 10 });
});

test("each buffer has what it had no room for", () => {
  expect([
    placesOf({ unsentCount: 9, noRoomCount: 7, tooLargeCount: 1 }, {}),
    placesOf({}, { droppedCount: 6 }),
    placesOf({}, { unsentCount: 3 }),
    placesOf({ droppedCount: 4 }, { unsentCount: 6 }),
  ]).toEqual([
    { ownSendBufferCount: 7, forwardPathCount: 10, backwardPathCount: 10 },
    { peerReceiveBufferCount: 6, forwardPathCount: 4, backwardPathCount: 10 },
    { forwardPathCount: 10, peerSendBufferCount: 3, backwardPathCount: 7 },
    { forwardPathCount: 10, peerSendBufferCount: 6, ownReceiveBufferCount: 4 },
  ]);
});

test("what was refused is lost nowhere, also where a direction is not known", () => {
  const half = { undecidedCount: 1, copyCount: 91 };
  expect([
    placesOf({}, { refusedCount: 5, replyCount: 85 }),
    placesOf({}, { refusedCount: 5, replyCount: 85, ...half }),
    placesOf({}, { refusedCount: 21, ...half }),
  ]).toEqual([{ forwardPathCount: 10, backwardPathCount: 5 }, { unknownCount: 15 }, {}]);
});

test("what a buffer had no room for may have been something else", () => {
  const unknownForward = { unknownCount: 10, backwardPathCount: 10 };
  const unknownBackward = { forwardPathCount: 10, unknownCount: 10 };
  expect([
    placesOf({}, { droppedCount: 6, foreignCount: 1 }),
    placesOf({}, { droppedCount: 6, copyCount: 91, replyCount: 90 }),
    placesOf({}, { droppedCount: 11 }),
    placesOf({}, { droppedCount: undefined }),
    placesOf({}, { unsentCount: 1, foreignCount: 1 }),
    placesOf({ droppedCount: 1, wrongSourceCount: 1 }, {}),
    placesOf({ droppedCount: 1, malformedCount: 1 }, {}),
    placesOf({ droppedCount: 1, replyCount: 81 }, {}),
    placesOf({ droppedCount: 5 }, { unsentCount: 6 }),
    placesOf({ droppedCount: undefined }, {}),
  ]).toEqual([
    ...Array<Partial<LossPlaces>>(4).fill(unknownForward),
    ...Array<Partial<LossPlaces>>(6).fill(unknownBackward),
  ]);
});

test("a far end that does not count leaves this host's own buffers", () => {
  expect([
    placesOf({ unsentCount: 2, noRoomCount: 2 }),
    placesOf({ droppedCount: 5 }),
    placesOf({ droppedCount: 5, replyCount: 81 }),
    placesOf({ droppedCount: 21 }),
    placesOf({ droppedCount: undefined }),
  ]).toEqual([
    { ownSendBufferCount: 2, unknownCount: 20 },
    { ownReceiveBufferCount: 5, unknownCount: 15 },
    { unknownCount: 20 },
    { unknownCount: 20 },
    { unknownCount: 20 },
  ]);
});

test("property: every loss is at one place, and none at two", () => {
  const small = fc.integer({ min: 0, max: 30 });
  const own = fc.record({ noRoomCount: small, droppedCount: small, wrongSourceCount: small });
  const peer = fc.record({ unsentCount: small, droppedCount: small, foreignCount: small });
  fc.assert(
    fc.property(own, peer, (ownCounts, peerCounts) => {
      const { ownSendBufferCount = 0, ...lost } = placesOf(ownCounts, peerCounts);
      const sum = Object.values(lost).reduce((one, other) => one + other, 0);
      expect([sum, ownSendBufferCount]).toEqual([20, ownCounts.noRoomCount]);
      expect(Math.min(...Object.values(lost))).toBeGreaterThan(0);
    }),
  );
});
