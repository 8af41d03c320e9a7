import { describe, expect, test } from "bun:test";
import { MemoryTerminal } from "./memory-terminal.ts";

describe("a terminal in memory", () => {
  test("asks nobody unless the test says so", () => {
    const terminals = [new MemoryTerminal(), new MemoryTerminal({ isInteractive: true })];
    expect(terminals.map(({ isInteractive }) => isInteractive)).toEqual([false, true]);
  });

  test("keeps what is written to each of its outputs", () => {
    const { stdout, stderr } = new MemoryTerminal();
    stdout.write("one ");
    stdout.write("two");
    stderr.write("three");
    expect([stdout.text, stderr.text]).toEqual(["one two", "three"]);
  });

  test("reads text whose characters come in parts", () => {
    const { stdout } = new MemoryTerminal();
    for (const byte of new TextEncoder().encode("a€😀")) stdout.write(new Uint8Array([byte]));
    expect(stdout.text).toBe("a€😀");
  });

  test("tells when something is shown, before or later", async () => {
    const { stdout } = new MemoryTerminal();
    const isShown = stdout.shown("ready: now");
    stdout.write("rea");
    stdout.write("dy");
    stdout.write(": now, and more");
    await isShown;
    await stdout.shown("and more");
  });

  test("is interrupted once and for all", () => {
    const terminal = new MemoryTerminal();
    const before = terminal.interruption.aborted;
    terminal.interrupt();
    terminal.interrupt();
    expect([before, terminal.interruption.aborted]).toEqual([false, true]);
  });
});
