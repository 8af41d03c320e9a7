import { expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { unlessInterrupted, whenInterrupted } from "./terminal.ts";

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

test("what the interruption ended is nothing; other failures stay failures", async () => {
  const terminal = new MemoryTerminal();
  const broken = unlessInterrupted(terminal, Promise.reject(new Error("broken")));
  await expect(broken).rejects.toThrow("broken");
  terminal.interrupt();
  const { reason } = terminal.interruption;
  expect(await unlessInterrupted(terminal, Promise.reject(reason))).toBeUndefined();
  expect(await unlessInterrupted(terminal, Promise.resolve("started"))).toBe("started");
  const still = unlessInterrupted(terminal, Promise.reject(new Error("broken")));
  await expect(still).rejects.toThrow("broken");
});
