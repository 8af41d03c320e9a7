import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { hexDump } from "./hex-dump.ts";

describe("hexDump", () => {
  test("offset, two groups of eight, ASCII", () => {
    const dump = hexDump(new TextEncoder().encode("The time is 你\n|~\x7f"));
    expect(dump).toBe(
      [
        "00000000  54 68 65 20 74 69 6d 65  20 69 73 20 e4 bd a0 0a  |The time is ....|",
        "00000010  7c 7e 7f                                          ||~.|",
      ].join("\n"),
    );
  });

  test("a full row, and nothing", () => {
    expect([hexDump(new Uint8Array(16)).split("\n").length, hexDump(new Uint8Array())]).toEqual([
      1,
      "",
    ]);
  });

  test("property: the bytes can be read back, and every line is 78 columns of ASCII at most", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
        const lines = hexDump(bytes).split("\n");
        expect(lines.every((line) => /^[ -~]{1,78}$/.test(line))).toBe(true);
        expect(lines.map((line) => Number.parseInt(line, 16))).toEqual(
          lines.map((_, row) => row * 16),
        );
        const hex = lines.map((line) => line.slice(10, 59).replaceAll(" ", "")).join("");
        expect(hex).toBe(bytes.toHex());
      }),
    );
  });
});
