import { expect, test } from "bun:test";
import { copyPayload } from "./payload.ts";

test("bytes and text become bytes of their own", () => {
  const bytes = new Uint8Array([1, 2]);
  const copy = copyPayload("payload", bytes);
  bytes.fill(9);
  expect([copy, copyPayload("payload", "né")]).toEqual([
    new Uint8Array([1, 2]),
    new Uint8Array([110, 195, 169]),
  ]);
});

test.each([
  [undefined, "undefined"],
  [null, "null"],
  [5, "number"],
  [[1, 2], "object"],
])("%p is neither", (payload, got) => {
  expect(() => copyPayload("answer", payload)).toThrow(
    `answer: expected bytes (Uint8Array) or text; got ${got}`,
  );
});
