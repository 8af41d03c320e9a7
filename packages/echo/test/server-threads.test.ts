import { describe, expect, spyOn, test } from "bun:test";
import { openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Endpoint } from "@udp/core";
import * as linux from "@udp/core/linux";
import { BatchSocket, closeDescriptor, openServerDescriptor } from "@udp/core/linux";
import { RunningProgram } from "@udp/lab/testing";
import type { EchoRules } from "../src/echo-rules.ts";
import { serveEcho } from "../src/index.ts";
import { ServerThreads } from "../src/linux/server-engine.ts";
import { ServerThread } from "../src/linux/server-thread.ts";
import { UDP_ECHO } from "./udp-echo.ts";

const LOCAL = { address: "127.0.0.1", port: 0 };
const DYING_THREADS = Bun.fileURLToPath(import.meta.resolve("./dying-threads.ts"));

function startThread(fd: number, local: Endpoint): ServerThread {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  return new ServerThread({ fd, local, rules: {}, workerCount: 1, stop }, undefined);
}

/** Those of this process that are bound to a port of 127.0.0.1. */
function descriptorsAt(port: number): number[] {
  const name = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/udp", "latin1").split("\n");
  const sockets = lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1] === name)
    .map((fields) => `socket:[${fields[9]}]`);
  return readdirSync("/proc/self/fd")
    .filter((fd) => sockets.includes(linkOf(fd)))
    .map(Number);
}

/** Empty for a descriptor that was closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

/** Has something else stand where a socket was. */
function breakDescriptor(fd = -1): void {
  closeDescriptor(fd);
  openUntil(fd, () => openSync("/dev/null", "r"));
}

/** The system gives the lowest number that is free. */
function openUntil(fd: number, open: () => number): void {
  let opened: number;
  do opened = open();
  while (opened < fd);
  expect(opened).toBe(fd);
}

describe.skipIf(process.platform !== "linux")("a thread of a server (Linux)", () => {
  test("that ends by itself says why, and lets alone who has its descriptor's number", async () => {
    const { fd } = openServerDescriptor({ local: LOCAL });
    const thread = startThread(fd, LOCAL);
    await thread.serving;
    breakDescriptor(fd);
    await thread.ended;
    expect(thread.failure).toMatchObject({
      code: "UDP_SYSTEM",
      message: "a thread of the server has ended: the system refused recvmmsg: ENOTSOCK",
    });
    openUntil(fd, () => openServerDescriptor({ local: LOCAL }).fd);
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

  test("that cannot begin keeps the others from serving", async () => {
    const { openServerDescriptors } = linux;
    using opening = spyOn(linux, "openServerDescriptors");
    let port = 0;
    opening.mockImplementation((options, count) => {
      const [first, ...others] = openServerDescriptors(options, count);
      port = first.local.port;
      // No socket: what its thread asks for is refused.
      return [first, ...others, { fd: openSync("/dev/null", "r"), local: first.local }];
    });
    const starting = serveEcho({ port: 0, engine: "linux", workerCount: 2 });
    await expect(starting).rejects.toMatchObject({ code: "UDP_SYSTEM" });
    expect([opening.mock.calls.length, descriptorsAt(port)]).toEqual([1, []]);
  });

  test("that ends by itself ends the others", async () => {
    await using server = await serveEcho({ port: 0, engine: "linux", workerCount: 3 });
    breakDescriptor(descriptorsAt(server.local.port)[1]);
    await expect(server.failed).rejects.toMatchObject({ code: "UDP_SYSTEM" });
    expect(descriptorsAt(server.local.port)).toEqual([]);
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
