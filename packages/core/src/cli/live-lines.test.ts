import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../simulation/index.ts";
import { MemoryTerminal } from "../testing/index.ts";
import { LiveLines } from "./live-lines.ts";

const INTERVAL_NS = 100_000_000;

interface Screen {
  readonly clock: VirtualClock;
  readonly live: LiveLines;
  /** What was written since it was last asked. */
  written(): string;
  /** Until the next time that lines may be drawn. */
  wait(): Promise<void>;
}

function screen(size: object = { isTTY: true, columns: 80, rows: 24 }, quiet = false): Screen {
  const terminal = new MemoryTerminal();
  Object.assign(terminal.stderr, size);
  const clock = new VirtualClock();
  let seen = 0;
  return {
    clock,
    live: new LiveLines(terminal, { clock, quiet }),
    written() {
      const text = terminal.stderr.text.slice(seen);
      seen = terminal.stderr.text.length;
      return text;
    },
    async wait() {
      const until = clock.nowNs() + INTERVAL_NS;
      const passed = Promise.withResolvers<void>();
      clock.at(until, passed.resolve);
      await clock.run(passed.promise);
    },
  };
}

describe("on a terminal", () => {
  test("the last of many is drawn, over the one before", async () => {
    const { live, written, wait } = screen();
    live.show(["one"]);
    live.show(["one", "two"]);
    await wait();
    expect(written()).toBe("\u001b[Jone\ntwo\n");
    live.show(["three"]);
    expect(written()).toBe("");
    await wait();
    expect(written()).toBe("\u001b[2F\u001b[Jthree\n");
  });

  test("what ends at once is never seen", async () => {
    const { live, written, wait } = screen();
    live.show(["one"]);
    live.erase();
    await wait();
    expect(written()).toBe("");
  });

  test("erased, it is as before; disposed of, it stays", async () => {
    const { live, written, wait } = screen();
    live.show(["one", "two"]);
    await wait();
    live.show(["never"]);
    live.erase();
    expect(written()).toEndWith("\u001b[2F\u001b[J");
    live.show(["three"]);
    await wait();
    live.show(["never"]);
    live[Symbol.dispose]();
    await wait();
    expect(written()).toBe("\u001b[Jthree\n");
  });

  test("no more than fits: columns, rows, and no sequence that drives it", async () => {
    const { live, written, wait } = screen({ isTTY: true, columns: 8, rows: 3 });
    live.show(["\u001b[2Jabcdef", "\u5b89\u5b81\u54c8\u5b89", "left out"]);
    await wait();
    expect(written()).toBe("\u001b[J\\x1b[2\n\u5b89\u5b81\u54c8\n");
  });
});

test.each([
  ["a file", { isTTY: false }, false],
  ["quiet", { isTTY: true }, true],
])("nothing is written where it is %s", async (_title, size, quiet) => {
  const { live, written, wait } = screen(size, quiet);
  live.show(["one"]);
  await wait();
  live.erase();
  expect(written()).toBe("");
});
