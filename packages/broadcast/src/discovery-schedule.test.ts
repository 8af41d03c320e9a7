import { expect, test } from "bun:test";
import type { Destination } from "./destination.ts";
import { scheduleFor } from "./discovery-schedule.ts";

const LIMITED: Destination = {
  method: "limited",
  family: 4,
  address: "255.255.255.255",
  interfaceName: "eth0",
  source: "10.77.0.1",
};
const HOST: Destination = { ...LIMITED, method: "unicast", address: "10.77.0.2" };
const sweep = (size: number): readonly Destination[] => Array.from({ length: size }, () => HOST);

test.each([
  ["a network", [LIMITED, LIMITED], 3000, { leisureMs: 900, askingMs: 2104, durationMs: 3004 }],
  ["for long", [LIMITED], 60_000, { leisureMs: 1000, askingMs: 59_002, durationMs: 60_002 }],
  ["one host", sweep(1), 1000, { leisureMs: 300, askingMs: 725, durationMs: 1050 }],
  ["a /24", sweep(254), 3000, { leisureMs: 900, askingMs: 8450, durationMs: 15_700 }],
])("%s", (_what, destinations, waitMs, expected) => {
  const { rules, durationMs } = scheduleFor(destinations, waitMs);
  expect({ ...rules, durationMs }).toMatchObject(expected);
});

test("on and on, ever more rarely", () => {
  expect(scheduleFor([LIMITED], Number.POSITIVE_INFINITY)).toEqual({
    rules: { spacingMs: 2, rounds: Number.POSITIVE_INFINITY, maxIntervalMs: 60_000 },
    durationMs: Number.POSITIVE_INFINITY,
  });
});
