import { expect, test } from "bun:test";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { SlowOutput } from "../testing/slow-output.ts";
import { writeLines } from "./write-lines.ts";

test("writeLines writes every line once, in order, and leaves the stream open", async () => {
  const { stdout } = new MemoryTerminal();
  const lines = Array.from({ length: 2500 }, (_, index) => `line ${index}`);
  await writeLines(stdout, lines);
  await writeLines(stdout, ["more"]);
  await writeLines(stdout, []);
  expect(stdout.text).toBe(`${lines.join("\n")}\nmore\n`);
});

test("writeLines asks for no more lines than the reader takes", async () => {
  const stdout = new SlowOutput();
  let askedCount = 0;
  function* lines(): Generator<string> {
    for (; askedCount < 200_000; askedCount++) yield "a line as long as lines are";
  }
  const writing = writeLines(stdout, lines());
  while (!stdout.writableNeedDrain) await Promise.resolve();
  expect(askedCount).toBeLessThan(100_000);
  await stdout.catchUp();
  await writing;
  expect(askedCount).toBe(200_000);
});
