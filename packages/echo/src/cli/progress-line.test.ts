import { expect, test } from "bun:test";
import { ProgressLine } from "./progress-line.ts";

function progress(sentCount: number, ...rttsMs: number[]) {
  const rttsNs = Float64Array.from(rttsMs, (ms) => ms * 1e6);
  return { sentCount, answeredCount: sentCount - 1, rttsNs };
}

test("ProgressLine shows counts, the latest round trips, and a median that enough of them support", () => {
  const line = new ProgressLine();
  expect([
    line.next(progress(1)),
    line.next(progress(3, 1, 2)),
    line.next(progress(6, 8, 4, 1)),
    line.next(progress(7)),
  ]).toEqual([
    "sent 1, received 0, missing 1",
    "sent 3, received 2, missing 1, rtt 2.000 ms █",
    "sent 6, received 5, missing 1, rtt 1.000 ms █▅, median 2.000 ms",
    "sent 7, received 6, missing 1, median 2.000 ms",
  ]);
});

test("ProgressLine draws the latest twenty, a column each", () => {
  const line = new ProgressLine();
  const lines = Array.from({ length: 24 }, (_, index) =>
    line.next(progress(index + 2, index < 4 ? 9 : 1)),
  );
  expect(lines.slice(-2).map((text) => text.match(/[▁-█]+/)?.[0])).toEqual([
    `█${"▂".repeat(19)}`,
    "█".repeat(20),
  ]);
});
