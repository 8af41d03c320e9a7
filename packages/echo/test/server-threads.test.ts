import { describe, expect, test } from "bun:test";
import { openSync } from "node:fs";
import type { Endpoint } from "@udp/core";
import { BatchSocket, closeDescriptor, openServerDescriptor } from "@udp/core/linux";
import { RunningProgram } from "@udp/lab/testing";
import type { EchoRules } from "../src/echo-rules.ts";
import { ServerThreads } from "../src/linux/server-engine.ts";
import { ServerThread } from "../src/linux/server-thread.ts";
import { UDP_ECHO } from "./udp-echo.ts";

const LOCAL = { address: "127.0.0.1", port: 0 };
const DYING_THREADS = Bun.fileURLToPath(import.meta.resolve("./dying-threads.ts"));

function startThread(fd: number, local: Endpoint): ServerThread {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  return new ServerThread({ fd, local, rules: {}, workerCount: 1, stop }, undefined);
}

describe.skipIf(process.platform !== "linux")("a thread of a server (Linux)", () => {
  test("that ends by itself says why, and lets alone who has its descriptor's number", async () => {
    const { fd } = openServerDescriptor({ local: LOCAL });
    const thread = startThread(fd, LOCAL);
    await thread.serving;
    closeDescriptor(fd);
    // The system gives the lowest number.
    expect(openSync("/dev/null", "r")).toBe(fd);
    await thread.ended;
    expect(thread.failure).toMatchObject({
      code: "UDP_SYSTEM",
      message: "a thread of the server has ended: the system refused recvmmsg: ENOTSOCK",
    });
    const other = openServerDescriptor({ local: LOCAL });
    expect(other.fd).toBe(fd);
    thread.wake();
    expect(new BatchSocket(fd, { family: 4 }).receive()).toBe(0);
    closeDescriptor(fd);
  });

  test("that cannot begin never serves", async () => {
    const thread = startThread(openSync("/dev/null", "r"), { address: "0.0.0.0", port: 1060 });
    await expect(thread.serving).rejects.toMatchObject({ code: "UDP_SYSTEM" });
    await thread.ended;
  });

  test("that cannot be started leaves no socket open", async () => {
    const rules: EchoRules & { readonly cannotBeTold: () => void } = { cannotBeTold: () => {} };
    const { fd, local } = openServerDescriptor({ local: LOCAL });
    closeDescriptor(fd);
    const start = ServerThreads.start({ rules, workerCount: 3, onRequest: undefined, local });
    await expect(start).rejects.toThrow();
    closeDescriptor(openServerDescriptor({ local }).fd);
  });

  test.each(["start", "serving"])("that ends (%s) ends the program", async (DYING_AFTER) => {
    const [bun = "bun", ...program] = UDP_ECHO;
    const argv = [bun, "--preload", DYING_THREADS, ...program, "server", "-p", "0"];
    await using server = RunningProgram.start([...argv, "--workers", "2", "--quiet"], {
      env: { DYING_AFTER },
    });
    const { code, stderr } = await server.end();
    expect([code, stderr]).toEqual([1, "error: a thread of the server has ended\n"]);
  });
});
