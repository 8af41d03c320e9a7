import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { Peer, RunningProgram } from "@udp/lab/testing";
import { listening } from "./udp-echo.ts";

const THROWING_SERVER = fileURLToPath(import.meta.resolve("./peers/throwing-server.ts"));

test("what a user's onRequest throws ends the program and is shown", async () => {
  await using server = await listening(RunningProgram.start([process.execPath, THROWING_SERVER]));
  await using client = await Peer.open();
  await client.send("hello", server.local);
  const { code, stderr } = await server.program.end();
  expect([code, stderr]).toEqual([1, expect.stringContaining("error: a mistake of the user\n")]);
});
