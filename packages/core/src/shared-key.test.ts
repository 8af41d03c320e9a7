import { expect, test } from "bun:test";
import { sharedKeyOption } from "./shared-key.ts";

test.each([16, 64])("%d bytes", (byteLength) => {
  const key = new Uint8Array(byteLength);
  expect(sharedKeyOption(key)).toBe(key);
});

test.each([15, 65])("not %d bytes", (byteLength) => {
  expect(() => sharedKeyOption(new Uint8Array(byteLength))).toThrow(
    `key bytes: expected a whole number from 16 to 64; got ${byteLength}`,
  );
});

test("text is no key, and is not shown", () => {
  const key: Uint8Array = JSON.parse('"0123456789abcdef"');
  expect(() => sharedKeyOption(key)).toThrow(/^key: expected bytes; got string$/);
});
