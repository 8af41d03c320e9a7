import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { lossRunsOf } from "./loss-runs.ts";

function received(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => (character === "x" ? 0 : 1));
}

describe("loss runs", () => {
  test.each([
    ["", 0, 0, 0, undefined],
    ["....", 0, 0, 0, undefined],
    ["xxx", 3, 1, 3, 3],
    ["x.xx..xxx.", 6, 3, 3, 2],
    [".xxxx.x", 5, 2, 4, 2.5],
  ])("%p", (text, lostCount, runCount, longestRunCount, meanRunCount) => {
    const runs = lossRunsOf(received(text));
    expect(runs).toEqual({ lostCount, runCount, longestRunCount, meanRunCount });
  });

  test("property: as a text is split", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("x", "."), { maxLength: 60 }), (characters) => {
        const text = characters.join("");
        const lengths = text.split(/\.+/).flatMap((run) => (run === "" ? [] : [run.length]));
        const lostCount = lengths.reduce((sum, length) => sum + length, 0);
        expect(lossRunsOf(received(text))).toEqual({
          lostCount,
          runCount: lengths.length,
          longestRunCount: Math.max(0, ...lengths),
          meanRunCount: lengths.length === 0 ? undefined : lostCount / lengths.length,
        });
      }),
    );
  });

  test("any byte but 0 means received", () => {
    expect(lossRunsOf(Uint8Array.of(2, 255, 1)).lostCount).toBe(0);
  });

  test("of a million datagrams", () => {
    const everyThird = new Uint8Array(1_000_000).map((_, index) => index % 3);
    expect(lossRunsOf(everyThird)).toEqual({
      lostCount: 333_334,
      runCount: 333_334,
      longestRunCount: 1,
      meanRunCount: 1,
    });
  });
});
