import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkPort, parsePort } from "./port.ts";

function badPort(message: string): unknown {
  return expect.objectContaining({ code: "UDP_BAD_PORT", message });
}

test("every port is read from its decimal text", () => {
  fc.assert(fc.property(fc.nat(65_535), (port) => parsePort(String(port)) === port));
});

test("leading zeros do not make it octal", () => {
  expect(parsePort("00080")).toBe(80);
});

test.each(["", " 1", "1\n", "+1", "-1", "1.5", "1e3", "0x10", "65536", "9".repeat(400), "٣"])(
  "%p is no port",
  (text) => {
    expect(() => parsePort(text)).toThrow(
      badPort(`expected a port from 0 to 65535; got ${JSON.stringify(text)}`),
    );
  },
);

test("a number in range passes, both ends included", () => {
  const passed = [checkPort(0), checkPort(65_535), checkPort(1, 1)];
  expect(passed).toEqual([0, 65_535, 1]);
});

test.each<[number, number, string]>([
  [0, 1, "expected a port from 1 to 65535; got 0"],
  [-1, 0, "expected a port from 0 to 65535; got -1"],
  [65_536, 0, "expected a port from 0 to 65535; got 65536"],
  [80.5, 0, "expected a port from 0 to 65535; got 80.5"],
])("%d, where the least is %d, does not", (port, min, message) => {
  expect(() => checkPort(port, min)).toThrow(badPort(message));
});

test("nor does what is no number", () => {
  expect(() => checkPort(Number.NaN)).toThrow(expect.objectContaining({ code: "UDP_BAD_PORT" }));
});
