import { expect, test } from "bun:test";
import { TooBigReports } from "./too-big-reports.ts";

const ROUTER = "10.77.1.2";

/** Each message is about a probe of its own. */
function reportsOf(...messages: readonly (readonly [number, number])[]): TooBigReports {
  const reports = new TooBigReports(1280);
  for (const [id, [bytes, mtuBytes]] of messages.entries()) {
    reports.add({ mtuBytes, from: ROUTER }, { id, bytes });
  }
  return reports;
}

const isNeverMissing = (): boolean => false;

test("each claim is judged by what arrived", () => {
  const reports = reportsOf([1500, 1400], [1500, 1300], [1500, 1500], [1500, 1279], [1500, 0]);
  const claims = reports.judge((_probe, mtuBytes) => mtuBytes < 1350);
  expect(claims.map(({ mtuBytes, claim }) => [mtuBytes, claim])).toEqual([
    [1400, "plausible"],
    [1300, "too-small"],
    [1500, "too-large"],
    [1279, "below-minimum"],
    [0, "unstated"],
  ]);
});

test("equal words are one, with their count and the smallest probe that drew them", () => {
  const reports = reportsOf([1500, 1400], [1450, 1400], [1480, 1400]);
  expect(reports.judge(() => false)).toEqual([
    { from: ROUTER, mtuBytes: 1400, quotedBytes: 1450, count: 3, claim: "plausible" },
  ]);
});

test("one contradicted probe of many makes a lie", () => {
  const reports = reportsOf([1500, 1400], [1450, 1400]);
  const [report] = reports.judge(({ id }) => id === 1);
  expect(report?.claim).toBe("too-small");
});

test("who is on the path cannot fill the memory, nor hide what was heard before", () => {
  const reports = new TooBigReports(68);
  for (let mtuBytes = 100; mtuBytes < 10_000; mtuBytes++) {
    reports.add({ mtuBytes, from: ROUTER }, { id: mtuBytes, bytes: 65_535 });
  }
  reports.add({ mtuBytes: 100, from: ROUTER }, { id: 1, bytes: 1400 });
  const heard = reports.judge(() => false);
  expect([heard.length, heard[0]?.count, heard[0]?.quotedBytes]).toEqual([64, 2, 1400]);
});

test("the hint is the least plausible claim below the ceiling", () => {
  const reports = reportsOf([9000, 1500], [1500, 1400], [1500, 1300], [1500, 0]);
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
  expect(reports.judge(() => false)).toEqual([]);
});
