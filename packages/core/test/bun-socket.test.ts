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

test.skipIf(process.platform !== "linux")("counts what it had no room for (Linux)", async () => {
  const local = { address: "127.0.0.1", port: 0 };
  let receivedCount = 0;
  const onDatagram = (): void => {
    receivedCount++;
  };
  await using receiver = await openBunSocket({ local, onDatagram });
  await using sender = await openBunSocket({ local, onDatagram });
  expect(receiver.droppedCount).toBe(0);
  const payload = new Uint8Array(1000);
  const takenCount = Array.from({ length: 1000 }, () => sender.send(payload, receiver.local));
  const droppedCount = receiver.droppedCount ?? 0;
  expect(droppedCount).toBeGreaterThan(0);
  const sentCount = takenCount.filter((isTaken) => isTaken).length;
  await pollUntil(() => receivedCount + droppedCount === sentCount);
  receiver.close();
  expect(receiver.droppedCount).toBeUndefined();
});
