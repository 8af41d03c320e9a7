import { expect, test } from "bun:test";
import { UNKNOWN_CLOCK } from "../timing/clock-status.ts";
import { decodeClockStatus, readClockStatus } from "./clock-status.ts";

/** What the kernel filled in on a machine that nothing keeps at UTC, up to the status. */
const UNSYNCHRONISED = `${"00".repeat(25)}24f400000000000024f4000000000040000000${"00".repeat(164)}`;

/** The same kept to within 1234 microseconds, with a status of STA_PLL and STA_NANO. */
const SYNCHRONISED = `${"00".repeat(24)}d204000000000000${"00".repeat(8)}01200000${"00".repeat(164)}`;

test.each([
  [5, UNSYNCHRONISED, { isSynchronised: false, maxErrorNs: 16_000_000_000 }],
  [0, UNSYNCHRONISED, { isSynchronised: false, maxErrorNs: 16_000_000_000 }],
  [0, SYNCHRONISED, { isSynchronised: true, maxErrorNs: 1_234_000 }],
  [5, SYNCHRONISED, { isSynchronised: false, maxErrorNs: 1_234_000 }],
  [-1, SYNCHRONISED, UNKNOWN_CLOCK],
])("state %d", (state, timex, status) => {
  expect(decodeClockStatus(state, Uint8Array.fromHex(timex))).toEqual(status);
});

test("the clock of this host", () => {
  expect(readClockStatus()).toEqual({
    isSynchronised: expect.any(Boolean),
    maxErrorNs: expect.any(Number),
  });
});

test.skipIf(process.platform !== "linux")("Linux knows its clock to 16 s", () => {
  const { maxErrorNs } = readClockStatus();
  expect(maxErrorNs).toBeGreaterThan(0);
  expect(maxErrorNs).toBeLessThanOrEqual(UNKNOWN_CLOCK.maxErrorNs);
});
