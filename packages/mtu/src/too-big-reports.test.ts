import { expect, test } from "bun:test";
import { TooBigReports } from "./too-big-reports.ts";

function reportsOf(...messages: readonly (readonly [number, number])[]): TooBigReports {
  const reports = new TooBigReports(1280);
  for (const [probeBytes, reportedBytes] of messages) reports.add({ probeBytes, reportedBytes });
  return reports;
}

const isNeverMissing = (): boolean => false;

test("each claim is judged by what arrived", () => {
  const reports = reportsOf([1500, 1400], [1500, 1300], [1500, 1500], [1500, 1279], [1500, 1400]);
  expect(reports.judge(1350).map(({ reportedBytes, claim }) => [reportedBytes, claim])).toEqual([
    [1400, "plausible"],
    [1300, "too-small"],
    [1500, "too-large"],
    [1279, "below-minimum"],
  ]);
});

test("the hint is the least plausible claim below the ceiling", () => {
  const reports = reportsOf([9000, 1500], [1500, 1400], [1500, 1300]);
  const hints = [1200, 1350, 1400, 1401].map((bytes) => reports.hint(bytes, 1480, isNeverMissing));
  expect(hints).toEqual([1300, 1400, 1400, undefined]);
});

test("after three wrong hints there are no more", () => {
  const reports = reportsOf([9000, 8999], [8999, 8998], [8998, 8997], [8997, 8996]);
  const missingFrom = (bytes: number): number | undefined =>
    reports.hint(1200, bytes, (size) => size >= bytes);
  expect([missingFrom(8998), missingFrom(8997)]).toEqual([8996, undefined]);
});

test("forgets", () => {
  const reports = reportsOf([1500, 1400]);
  reports.forget();
  expect(reports.judge(0)).toEqual([]);
});
