import { describe, expect, test } from "bun:test";
import type { Subprocess } from "bun";

const PROGRAM = [
  process.execPath,
  Bun.fileURLToPath(import.meta.resolve("./process-terminal/program.ts")),
];

type Program = Subprocess<"ignore", "pipe", "pipe">;

function start(...argv: string[]): Program {
  return Bun.spawn([...PROGRAM, ...argv], { stdout: "pipe", stderr: "pipe" });
}

/** Reads on until the text comes. */
async function shown(stdout: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const reader = stdout.getReader();
  let read = "";
  while (!read.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended without ${JSON.stringify(text)}: ${read}`);
    read += new TextDecoder().decode(value);
  }
  reader.releaseLock();
}

describe("signals", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s asks to stop", async (signal) => {
    await using program = start();
    await shown(program.stdout, "ready");
    program.kill(signal);
    await shown(program.stdout, "stopping");
    expect(await program.exited).toBe(0);
  });

  test("two at once are one, and leave the program to stop by itself", async () => {
    await using program = start();
    await shown(program.stdout, "ready");
    program.kill("SIGINT");
    program.kill("SIGTERM");
    await shown(program.stdout, "stopping");
    expect(await program.exited).toBe(0);
  });

  test("another one stops, once it cannot be the same", async () => {
    await using program = start("linger");
    await shown(program.stdout, "ready");
    program.kill("SIGINT");
    await shown(program.stdout, "stopping");
    const impatience = setInterval(() => program.kill("SIGTERM"), 50);
    try {
      expect(await program.exited).toBe(130);
    } finally {
      clearInterval(impatience);
    }
  });
});

describe("output that cannot be written", () => {
  test("ends the program quietly where its reader has gone away", async () => {
    await using program = start("chatter");
    await shown(program.stdout, "ready");
    await program.stdout.cancel();
    const stderr = await program.stderr.text();
    expect({ code: await program.exited, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test.skipIf(process.platform !== "linux")("fails where the disk is full (Linux)", async () => {
    await using program = Bun.spawn(PROGRAM, { stdout: Bun.file("/dev/full"), stderr: "pipe" });
    const stderr = await program.stderr.text();
    expect({ code: await program.exited, stderr }).toEqual({
      code: 1,
      stderr: "error: cannot write the output: ENOSPC: no space left on device, write\n",
    });
  });
});
