import { expect, test } from "bun:test";
import { addressWords } from "./ip-address.ts";
import { sourcePrefix } from "./source-prefix.ts";

test.each([
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.1", "::ffff:192.0.2.1", true],
  ["2001:db8::1", "2001:db8::ffff:0:0:2", true],
  ["2001:db8::1", "2001:db8:0:1::1", false],
  ["64:ff9b::c000:201", "64:ff9b::c000:202", false],
  ["::1", "::ffff:0:1", false],
])("%s and %s are one host's: %p", (one, other, isOneHost) => {
  const prefixes = [one, other].map((address) => sourcePrefix(addressWords(address)));
  expect(prefixes[0] === prefixes[1]).toBe(isOneHost);
});
