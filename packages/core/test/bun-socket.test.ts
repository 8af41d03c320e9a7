import { expect, test } from "bun:test";
import { openBunSocket } from "../src/socket/bun-socket.ts";
import { describeSocketContract } from "./socket-contract.ts";

/** Serves only to fail: what is awaited takes microseconds. */
const LIMIT_MS = 4000;

describeSocketContract("sockets of Bun on the loopback", () => {
  const host = { open: openBunSocket, ipv4: "127.0.0.1", ipv6: "::1" };
  return { near: host, far: host, until: pollUntil };
});

test("what `onDatagram` throws is an uncaught exception, and no error of the network", async () => {
  const program = Bun.fileURLToPath(import.meta.resolve("./bun-socket/careless-receiver.ts"));
  const { stdout } = Bun.spawn([process.execPath, program]);
  expect(await stdout.json()).toEqual({
    uncaught: ["a mistake of the caller"],
    reported: [],
    received: ["first", "second"],
  });
});

async function pollUntil(condition: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > giveUpAtMs) throw new Error(`not so within ${LIMIT_MS} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
