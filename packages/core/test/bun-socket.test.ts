import { openBunSocket } from "../src/socket/bun-socket.ts";
import { describeSocketContract } from "./socket-contract.ts";

/** Serves only to fail: what is awaited takes microseconds. */
const LIMIT_MS = 4000;

describeSocketContract("sockets of Bun on the loopback", () => {
  const host = { open: openBunSocket, ipv4: "127.0.0.1", ipv6: "::1" };
  return { near: host, far: host, until: pollUntil };
});

async function pollUntil(condition: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > giveUpAtMs) throw new Error(`not so within ${LIMIT_MS} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
