import { expect, test } from "bun:test";
import fc from "fast-check";
import type { PortRange } from "./port-range.ts";
import { portRange, portRangeName } from "./port-range.ts";

test.each<[number, PortRange]>([
  [0, "system"],
  [1023, "system"],
  [1024, "user"],
  [1060, "user"],
  [49_151, "user"],
  [49_152, "dynamic"],
  [65_535, "dynamic"],
])("port %d is a %s port", (port, range) => {
  expect(portRange(port)).toBe(range);
});

test("the ranges have the sizes of RFC 6335", () => {
  const sizes = { system: 0, user: 0, dynamic: 0 };
  for (let port = 0; port <= 65_535; port++) sizes[portRange(port)]++;
  expect(sizes).toEqual({ system: 1024, user: 48_128, dynamic: 16_384 });
});

test("nothing but an integer from 0 to 65535 is a port", () => {
  const notPort = fc.oneof(
    fc.constantFrom(-1, 65_536, 0.5, Number.NaN, Number.POSITIVE_INFINITY),
    fc.integer({ max: -1 }),
    fc.integer({ min: 65_536 }),
  );
  fc.assert(
    fc.property(notPort, (port) => {
      expect(() => portRange(port)).toThrow(expect.objectContaining({ code: "UDP_BAD_PORT" }));
    }),
  );
});

test("portRangeName says the everyday names", () => {
  const ranges: readonly PortRange[] = ["system", "user", "dynamic"];
  expect(ranges.map(portRangeName)).toEqual(["well-known", "registered", "dynamic"]);
});
