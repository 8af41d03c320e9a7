import { describe, expect, test } from "bun:test";
import { COUNTS, resultWith } from "../../test/measured-result.ts";
import { accountFor } from "../probe/accounting.ts";
import type { PeerCounts } from "../probe/peer-counts.ts";
import type { ProbeDocument } from "../probe/probe-document.ts";
import { reportOf } from "../probe/report.ts";
import { measurement } from "./render-probe.ts";

const NO_CLOCK = { isOwnSynchronised: false, isPeerSynchronised: false, hasKernelStamps: true };

const PEER: PeerCounts = {
  distinctCount: 3,
  copyCount: 3,
  replyCount: 3,
  refusedCount: 0,
  undecidedCount: 0,
  unsentCount: 0,
  foreignCount: 0,
  droppedCount: 0,
};

/** Of three datagrams two are answered. */
function documentWith(told?: Partial<PeerCounts>): ProbeDocument {
  const peer = told && { ...PEER, ...told };
  return reportOf({ ...resultWith(NO_CLOCK), peer, ...accountFor(COUNTS, peer) });
}

function linesOf(document: ProbeDocument): readonly string[] {
  return measurement(document).text().split("\n");
}

test("a measurement begins with its time, its ends and its plan", () => {
  expect(linesOf(documentWith({}))[0]).toBe(
    "2026-11-26T03:00:00Z 192.0.2.1:1060 from 192.0.2.2:40000: 3 datagrams of 64 bytes, every 10.000 ms (protocol probe, engine linux)",
  );
});

describe("what was lost", () => {
  test.each([
    [
      "is what was not answered, where nothing was refused",
      {},
      "lost 1: 33.3 % (95 % certain: 6.15 % to 79.2 %)",
    ],
    [
      "is not what was refused",
      { replyCount: 2, refusedCount: 1 },
      "refused 1, lost 0: 0 % (95 % certain: 0 % to 65.8 %)",
    ],
    [
      "is not known where copies may have been refused",
      { copyCount: 4, replyCount: 2, refusedCount: 2 },
      "refused 2, not answered 1: 33.3 % (95 % certain: 6.15 % to 79.2 %)",
    ],
    [
      "is not known without the far end",
      undefined,
      "not answered 1: 33.3 % (95 % certain: 6.15 % to 79.2 %)",
    ],
  ])("%s", (_title, peer, said) => {
    expect(linesOf(documentWith(peer))[1]).toBe(`Answered 2 of 3, ${said}`);
  });

  test.each([
    [0, "0 %"],
    [1 / 10_000_000, "0.00001 %"],
    [0.123_456_7, "12.3 %"],
    [0.9994, "99.9 %"],
    [0.9997, "99.97 %"],
    [0.999_999_9, "99.99999 %"],
    [1 - Number.EPSILON / 2, "99.99999999999999 %"],
    [1, "100 %"],
  ])("of %d is neither nothing nor everything unless it is", (ratio, said) => {
    const document = documentWith();
    const unanswered = { ...document.unanswered, ratio };
    expect(linesOf({ ...document, unanswered })[1]).toContain(`not answered 1: ${said} (`);
  });

  test("comes in runs, which are of losses alone where nothing was refused", () => {
    const document = documentWith({ replyCount: 2, refusedCount: 1 });
    const unanswered = {
      ...document.unanswered,
      longestRunCount: 4,
      runCount: 2,
      meanRunCount: 2.5,
    };
    const told = [null, document.peer].map((peer) => linesOf({ ...document, peer, unanswered })[1]);
    expect(told).toEqual([
      expect.stringContaining("; longest run 4, 2 runs of 2.5 on average"),
      expect.not.stringContaining("run"),
    ]);
  });

  test("is not the path's where the far end refused it, and the report says whose it is", () => {
    const [refused, none] = [documentWith({ replyCount: 2, refusedCount: 1 }), documentWith({})];
    const line =
      "The far end refused to answer 1: its limits, not the path; see --rate-per-source of udp-echo server";
    expect(linesOf(refused)).toContain(line);
    expect(measurement(none).text()).not.toContain("refuse");
  });
});
