import { expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { whenInterrupted } from "./terminal.ts";

test("waits until the terminal is interrupted", async () => {
  const terminal = new MemoryTerminal();
  const order: string[] = [];
  const isInterrupted = whenInterrupted(terminal).then(() => order.push("interrupted"));
  await new Promise((resolve) => setImmediate(resolve));
  order.push("interrupting");
  terminal.interrupt();
  await isInterrupted;
  expect(order).toEqual(["interrupting", "interrupted"]);
  expect(getEventListeners(terminal.interruption, "abort")).toEqual([]);
});

test("does not wait where it was interrupted before", async () => {
  const terminal = new MemoryTerminal();
  terminal.interrupt();
  await whenInterrupted(terminal);
});
