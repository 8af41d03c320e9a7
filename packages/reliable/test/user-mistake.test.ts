import { expect, test } from "bun:test";
import { RunningProgram } from "@udp/lab/testing";

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./programs/mistaken-user.ts"));

test("what callbacks throw is an uncaught exception, and the request goes on", async () => {
  await using program = RunningProgram.start([process.execPath, PROGRAM]);
  const { code, stdout } = await program.end();
  expect([code, stdout.trimEnd().split("\n")]).toEqual([
    0,
    ["a mistake in onTransmitted", "a mistake in onRequest", "the answer"],
  ]);
});
