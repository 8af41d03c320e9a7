import { expect, test } from "bun:test";
import fc from "fast-check";
import { timeMessage } from "./time-message.ts";

test("microseconds stand behind the seconds, with all their zeros", () => {
  const time = new Date(2026, 10, 3, 4, 5, 6).getTime();
  expect([timeMessage(time + 123.5), timeMessage(time)]).toEqual([
    "The time is 2026-11-03 04:05:06.123500",
    "The time is 2026-11-03 04:05:06.000000",
  ]);
});

test("property: always 38 bytes that read as the time", () => {
  const lastMs = new Date(9999, 11, 31).getTime();
  fc.assert(
    fc.property(fc.double({ min: 0, max: lastMs, noNaN: true }), (unixMs) => {
      const message = timeMessage(unixMs);
      expect(message).toMatch(/^The time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
      expect(new TextEncoder().encode(message)).toHaveLength(38);
      // Hours and minutes are local.
      const seconds = new Date(Math.floor(unixMs)).toISOString().slice(17, 23);
      expect(message.slice(29, 35)).toBe(seconds);
    }),
  );
});
