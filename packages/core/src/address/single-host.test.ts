import { expect, test } from "bun:test";
import { addressWords } from "./ip-address.ts";
import { isSingleHost } from "./single-host.ts";

test.each([
  ["192.0.2.1", true],
  ["64:ff9b::c000:201", true],
  ["64:ff9b:1::1", false],
  ["2001:db8::1", false],
  ["::1", false],
])("%s: %p", (address, isSingle) => {
  expect(isSingleHost(addressWords(address))).toBe(isSingle);
});
