import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeAscii, decodeUtf8 } from "./text-decoding.ts";

const anyBytes = fc.uint8Array({ maxLength: 40 });

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("decodeAscii", () => {
  test("text, control characters and nothing at all", () => {
    const decoded = ["The time is", "a\0\x1b\x7f\n", ""].map((text) => decodeAscii(encode(text)));
    expect(decoded).toEqual([
      { isText: true, text: "The time is" },
      { isText: true, text: "a\0\x1b\x7f\n" },
      { isText: true, text: "" },
    ]);
  });

  test("the first byte above 127 and where it stands", () => {
    const decoded = ["e4bda0e5a5bd", "418041ff"].map((hex) => decodeAscii(Uint8Array.fromHex(hex)));
    expect(decoded).toEqual([
      { isText: false, badByte: 0xe4, offset: 0 },
      { isText: false, badByte: 0x80, offset: 1 },
    ]);
  });

  test("property: text has one character for each byte, and a bad byte only text before it", () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, fc.uint8Array({ max: 0x7f })), (bytes) => {
        const decoded = decodeAscii(bytes);
        if (decoded.isText) return decoded.text === String.fromCharCode(...bytes);
        const isTextBefore = decodeAscii(bytes.subarray(0, decoded.offset)).isText;
        return isTextBefore && bytes[decoded.offset] === decoded.badByte && decoded.badByte > 0x7f;
      }),
    );
  });
});

describe("decodeUtf8", () => {
  test("text, with its byte order mark", () => {
    const decoded = ["\ufeff你好", "\u{10ffff}\0", ""].map((text) => decodeUtf8(encode(text)));
    expect(decoded).toEqual([
      { isText: true, text: "\ufeff你好" },
      { isText: true, text: "\u{10ffff}\0" },
      { isText: true, text: "" },
    ]);
  });

  test.each([
    ["41ff42", 0xff, 1],
    ["e4bda0e5a5", 0xe5, 3],
    ["41eda080", 0xed, 1],
    ["c080", 0xc0, 0],
    ["4141f4908080", 0xf4, 2],
  ])("%p is not text from byte %d on", (hex, badByte, offset) => {
    expect(decodeUtf8(Uint8Array.fromHex(hex))).toEqual({ isText: false, badByte, offset });
  });

  test("property: every text comes back", () => {
    fc.assert(
      fc.property(anyText(10), (text) => {
        expect(decodeUtf8(encode(text))).toEqual({ isText: true, text });
      }),
    );
  });

  test("property: agrees with the runtime's decoder, and all before the bad byte is text", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(mostlyUtf8(), (bytes) => {
        const decoded = decodeUtf8(bytes);
        if (decoded.isText) return decoded.text === strict.decode(bytes);
        expect(() => strict.decode(bytes)).toThrow();
        expect(() => strict.decode(bytes.subarray(0, decoded.offset))).not.toThrow();
        return bytes[decoded.offset] === decoded.badByte;
      }),
    );
  });
});

/** Pieces of text and junk in turn: pure random bytes would seldom get past the first. */
function mostlyUtf8(): fc.Arbitrary<Uint8Array> {
  const text = anyText(4).map(encode);
  const junk = fc.uint8Array({ min: 0x80, maxLength: 4 });
  return fc.array(fc.oneof(text, junk), { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));
}

/** Any text without lone surrogates, mostly from the crowded lower planes. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const limits = [0x7f, 0x2f_ff, 0xd7_ff, 0x10_ff_ff];
  const codePoints = fc.oneof(...limits.map((max) => fc.nat({ max })));
  const texts = fc.array(codePoints, { maxLength }).map((list) => String.fromCodePoint(...list));
  return texts.filter((text) => text.isWellFormed());
}
