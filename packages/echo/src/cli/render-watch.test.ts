import { describe, expect, test } from "bun:test";
import { parse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { IntervalDocument, WatchDocument } from "../watch/watch-document.ts";
import { NO_TOTALS } from "../watch/watch-totals.ts";
import { intervalLine, watchSummary } from "./render-watch.ts";

const DOWN: IntervalDocument = {
  schema: "udp-echo/1",
  kind: "interval",
  target: "example.net:1060",
  startedAt: "2026-11-26T03:00:00.123Z",
  endedAt: "2026-11-26T03:00:05.456Z",
  missedCount: 1000,
  failure: { code: "UDP_NAME_NOT_FOUND", message: "cannot find the host" },
  measurement: null,
};

const WATCH: Omit<WatchDocument, "schema" | "kind"> = {
  ...NO_TOTALS,
  target: "example.net:1060",
  intervalCount: 3,
  downCount: 1,
  sentCount: 30,
  receivedCount: 23,
  lost: { forward: 1, backward: 2, unknown: 4 },
  duplicated: { forward: 5, backward: 3, unknown: null },
  minRttNs: 20_400,
  maxRttNs: 1_164_000,
  droppedLineCount: 0,
};

describe("an interval", () => {
  test("without an answer says why", () => {
    const { text, document } = intervalLine(DOWN);
    expect(text()).toBe(
      "2026-11-26T03:00:00Z example.net:1060: down: cannot find the host, missed 1000",
    );
    expect(parse(documentSchemas.interval, document())).toEqual(DOWN);
  });

  test("drives no terminal", () => {
    expect(intervalLine({ ...DOWN, target: "\u001b[2J:1060" }).text()).not.toContain("\u001b");
  });
});

describe("a watch", () => {
  test("has its sums, and what they are not known of", () => {
    const { text, document } = watchSummary(WATCH);
    expect(text()).toBe(
      "example.net:1060 in all: 3 intervals, down in 1, sent 30, received 23, lost 7 (forward 1, backward 2, direction unknown 4), duplicated 8, rtt min 0.020 max 1.164 ms",
    );
    expect(parse(documentSchemas.watch, document())).toMatchObject(WATCH);
  });

  test("says what stands out, and nothing of what does not", () => {
    const others = { lateCount: 1, refusedCount: 2, unsentCount: 3, wrongSourceCount: 4 };
    const none = { lost: NO_TOTALS.lost, duplicated: NO_TOTALS.duplicated };
    const odd = { ...WATCH, ...others, ...none, minRttNs: null, maxRttNs: null };
    expect(watchSummary({ ...odd, droppedLineCount: 5 }).text()).toBe(
      "example.net:1060 in all: 3 intervals, down in 1, sent 30, received 23, lost 0, late 1, refused by the far end 2, unsent 3, from a wrong source 4, lines not written 5",
    );
  });
});
