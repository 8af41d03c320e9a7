import type { Pointer } from "bun:ffi";
import { toArrayBuffer } from "bun:ffi";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { MessageBuffer } from "./message-buffer.ts";

/** What lies at the address that a header has at `offset`, as long as the number behind it says. */
function bytesAt(buffer: MessageBuffer, offset: number): string {
  const header = new DataView(toArrayBuffer(buffer.address, 0, 72));
  const address = Number(header.getBigUint64(offset, true)) as Pointer;
  const byteLength = Number(header.getBigUint64(offset + 8, true));
  if (byteLength === 0) return "";
  return new Uint8Array(toArrayBuffer(address, 0, byteLength)).toHex();
}

const spans = fc.record({
  payload: fc.uint8Array({ maxLength: 64 }),
  name: fc.option(fc.uint8Array({ minLength: 1, maxLength: 28 }), { nil: undefined }),
  control: fc.option(fc.uint8Array({ minLength: 1, maxLength: 64 }), { nil: undefined }),
});

test("the kernel is pointed to what was loaded, whatever was loaded before", () => {
  const buffer = new MessageBuffer();
  fc.assert(
    fc.property(spans, ({ payload, name, control }) => {
      buffer.load({ payload, name, control });
      expect([0, 32, 56].map((offset) => bytesAt(buffer, offset))).toEqual(
        [name, control, payload].map((bytes) => bytes?.toHex() ?? ""),
      );
    }),
  );
});

test("an empty one has room for all that the kernel may write", () => {
  const buffer = new MessageBuffer();
  buffer.load({ payload: new Uint8Array(), name: undefined, control: undefined });
  buffer.empty(new Uint8Array(100));
  expect([0, 32, 56].map((offset) => bytesAt(buffer, offset).length / 2)).toEqual([28, 256, 100]);
});
