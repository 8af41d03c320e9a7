import { describe, expect, test } from "bun:test";
import { MemoryOutput } from "../testing/memory-terminal.ts";
import { SlowOutput } from "../testing/slow-output.ts";
import { BoundedLines } from "./bounded-lines.ts";

const LIMIT_BYTES = 4_194_304;

const unwanted = (): never => {
  throw new Error("nobody can read this");
};

test("lines are written in order, each with its end", () => {
  const stream = new MemoryOutput();
  const lines = new BoundedLines(stream);
  lines.write("one");
  lines.offer(() => "two");
  lines.write("");
  expect({ text: stream.text, droppedLineCount: lines.droppedLineCount }).toEqual({
    text: "one\ntwo\n\n",
    droppedLineCount: 0,
  });
});

describe("a reader that takes nothing", () => {
  test("has 4 MiB kept for it, counted in bytes and with the end of the line", () => {
    const stream = new SlowOutput();
    const lines = new BoundedLines(stream);
    lines.offer(() => "€".repeat((LIMIT_BYTES - 1) / 3));
    lines.offer(() => "");
    const atLimitBytes = stream.writableLength;
    lines.offer(unwanted);
    lines.offer(unwanted);
    expect({ atLimitBytes, bytes: stream.writableLength, left: lines.droppedLineCount }).toEqual({
      atLimitBytes: LIMIT_BYTES + 1,
      bytes: LIMIT_BYTES + 1,
      left: 2,
    });
  });

  test("is still written what must not be left out", () => {
    const stream = new SlowOutput();
    const lines = new BoundedLines(stream);
    lines.write("x".repeat(LIMIT_BYTES));
    lines.write("result");
    expect({ bytes: stream.writableLength, droppedLineCount: lines.droppedLineCount }).toEqual({
      bytes: LIMIT_BYTES + 1 + "result\n".length,
      droppedLineCount: 0,
    });
  });

  test("is offered lines again once it has caught up", async () => {
    const stream = new SlowOutput();
    const lines = new BoundedLines(stream);
    lines.write("x".repeat(LIMIT_BYTES));
    lines.offer(unwanted);
    await stream.catchUp();
    lines.offer(() => "x".repeat(LIMIT_BYTES - 1));
    lines.offer(() => "the last");
    expect(lines.droppedLineCount).toBe(1);
  });
});
