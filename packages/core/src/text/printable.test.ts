import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { printable, printableLine, printableText } from "./printable.ts";

const uncapped = { maxBytes: Number.POSITIVE_INFINITY };

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("printable", () => {
  const renderings: readonly (readonly [string, string])[] = [
    ["The time is 2014-08-14 14:25:16.123456", '"The time is 2014-08-14 14:25:16.123456"'],
    ["", '""'],
    ["it's", `"it's"`],
    ['say "hi"\\', String.raw`"say \"hi\"\\"`],
    ["a\0\x1b[2J\n\r\t\x7f", String.raw`"a\x00\x1b[2J\n\r\t\x7f"`],
    ["你好, café, 😀", '"你好, café, 😀"'],
    ["\x80\x9b\xa0\xad", String.raw`"\u{80}\u{9b}\u{a0}\u{ad}"`],
    ["\u202egnp.exe\u2066\u200f", String.raw`"\u{202e}gnp.exe\u{2066}\u{200f}"`],
    ["\ufeffa\u200bb\u200dc\ufeff", String.raw`"\u{feff}a\u{200b}b\u{200d}c\u{feff}"`],
    ["\u2028\u2029\u3000", String.raw`"\u{2028}\u{2029}\u{3000}"`],
    ["\ue000\u{10fffd}\u0378\uffff", String.raw`"\u{e000}\u{10fffd}\u{378}\u{ffff}"`],
    ["❤\ufe0f\u{e0041}\u{e0100}\u3164", `"❤\\u{fe0f}\\u{e0041}\\u{e0100}\\u{3164}"`],
    ["\u0301e\u0301 \u0301", `"\\u{301}e\u0301 \\u{301}"`],
    ["1\ufe0f\u20e3\u3164\u0301", String.raw`"1\u{fe0f}\u{20e3}\u{3164}\u{301}"`],
    ["สวัสดี हिन्दी", '"สวัสดี हिन्दी"'],
  ];

  test.each(renderings)("%j", (text, expected) => {
    expect(printable(encode(text))).toBe(expected);
  });

  test("bytes that are not UTF-8 look unlike the characters of the same number", () => {
    const shown = ["ff", "41e4bd", "c3a9c3", "c285", "85", "eda080"].map((hex) =>
      printable(Uint8Array.fromHex(hex)),
    );
    expect(shown).toEqual([
      String.raw`"\xff"`,
      String.raw`"A\xe4\xbd"`,
      `"é\\xc3"`,
      String.raw`"\u{85}"`,
      String.raw`"\x85"`,
      String.raw`"\xed\xa0\x80"`,
    ]);
  });

  test("what is left out is counted outside the quotes, where content cannot stand", () => {
    const big = new Uint8Array(65_507).fill("#".charCodeAt(0));
    const shown = [
      printable(big),
      printable(encode("abc"), { maxBytes: 0 }),
      printable(encode("abc"), { maxBytes: 3 }),
    ];
    expect(shown).toEqual([
      `"${"#".repeat(100)}"… (65407 more bytes)`,
      '""… (3 more bytes)',
      '"abc"',
    ]);
  });

  test("one byte left out is counted in the singular", () => {
    expect(printable(encode("ab"), { maxBytes: 1 })).toBe('"a"… (1 more byte)');
  });

  test("no character is cut in two", () => {
    const shown = [1, 3, 4, 5, 6, 7, 8].map((maxBytes) => printable(encode("a你😀"), { maxBytes }));
    expect(shown).toEqual([
      '"a"… (7 more bytes)',
      '"a"… (7 more bytes)',
      '"a你"… (4 more bytes)',
      '"a你"… (4 more bytes)',
      '"a你"… (4 more bytes)',
      '"a你"… (4 more bytes)',
      '"a你😀"',
    ]);
  });

  test("a limit below zero is the caller's mistake", () => {
    expect(() => printable(encode("a"), { maxBytes: -1 })).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });
});

describe("printableText", () => {
  test("quotes and escapes as printable does, lone surrogates too", () => {
    const shown = ["printer-1", 'x" is trusted', "a\nb", "\ud800!"].map(printableText);
    expect(shown).toEqual([
      '"printer-1"',
      String.raw`"x\" is trusted"`,
      String.raw`"a\nb"`,
      String.raw`"\u{d800}!"`,
    ]);
  });
});

describe("printableLine", () => {
  test("leaves quotes and backslashes, and stays one line", () => {
    expect(printableLine('expected "a\\b", got\n\x1b[31m\u202e')).toBe(
      String.raw`expected "a\b", got\n\x1b[31m\u{202e}`,
    );
  });
});

describe("properties", () => {
  const harmful = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

  test("no control, bidirectional or unassigned character gets through, capped or not", () => {
    fc.assert(
      fc.property(mostlyHarmful(), fc.nat({ max: 30 }), (bytes, maxBytes) => {
        const text = Buffer.from(bytes).toString();
        const shown = [
          printable(bytes, uncapped),
          printable(bytes, { maxBytes }),
          printableText(text),
          printableLine(text),
        ];
        expect(shown.filter((line) => harmful.test(line))).toEqual([]);
      }),
    );
  });

  test("the bytes can be read back, so no two look the same", () => {
    fc.assert(
      fc.property(mostlyHarmful(), (bytes) => {
        expect(readBack(printable(bytes, uncapped))).toEqual(bytes.toHex());
      }),
    );
  });

  test("shown and left-out bytes add up, and no more are shown than asked", () => {
    fc.assert(
      fc.property(mostlyHarmful(), fc.nat({ max: 30 }), (bytes, maxBytes) => {
        const shown = printable(bytes, { maxBytes });
        const [, quoted = "", leftOut = "0"] =
          /^(".*")(?:… \((\d+) more bytes?\))?$/.exec(shown) ?? [];
        const shownHex = readBack(quoted);
        expect(bytes.toHex().startsWith(shownHex)).toBe(true);
        expect(shownHex.length / 2 + Number(leftOut)).toBe(bytes.length);
        expect(shownHex.length / 2).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});

/** Undoes {@link printable} by its description only. */
function readBack(quoted: string): string {
  const tokens = quoted.slice(1, -1).match(/\\x..|\\u\{[^}]+\}|\\.|[^\\]/gsu) ?? [];
  return Buffer.concat(tokens.map(tokenBytes)).toString("hex");
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\t": "\t" };

function tokenBytes(token: string): Uint8Array {
  if (token.startsWith("\\x")) return Uint8Array.fromHex(token.slice(2));
  if (token.startsWith("\\u"))
    return encode(String.fromCodePoint(Number.parseInt(token.slice(3), 16)));
  return encode(SHORT_ESCAPES[token] ?? token.replace("\\", ""));
}

/** Text, junk, escapes spelled out and characters that do harm, in turn. */
function mostlyHarmful(): fc.Arbitrary<Uint8Array> {
  const text = anyText(4).map(encode);
  const junk = fc.uint8Array({ maxLength: 4 });
  const spelled = fc
    .constantFrom("\\x85", "\\u{85}", "\\n", "\\", '"', "… (3 more bytes)")
    .map(encode);
  const controls = fc.constantFrom(
    "\x1b",
    "\x85",
    "\x7f",
    "\u202e",
    "\u2069",
    "\u200b",
    "\u0301",
    "\u{e0041}",
  );
  const pieces = fc.oneof(text, junk, spelled, controls.map(encode));
  return fc.array(pieces, { maxLength: 8 }).map((list) => new Uint8Array(Buffer.concat(list)));
}

/** Any text without lone surrogates, mostly from the crowded lower planes. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const limits = [0x7f, 0x2f_ff, 0xd7_ff, 0x10_ff_ff];
  const codePoints = fc.oneof(...limits.map((max) => fc.nat({ max })));
  const texts = fc.array(codePoints, { maxLength }).map((list) => String.fromCodePoint(...list));
  return texts.filter((text) => text.isWellFormed());
}
