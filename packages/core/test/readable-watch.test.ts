import { describe, expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import type { MessageSocketOptions } from "../src/linux/index.ts";
import { MessageSocket, watchReadable } from "../src/linux/index.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

describe.skipIf(process.platform !== "linux")("watchReadable (Linux)", () => {
  test("wakes for each of thousands of datagrams", async () => {
    using socket = openSocket();
    using sender = openSocket({ remote: socket.local });
    const heard: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    using _watch = watchReadable(socket.fd, () => {
      for (let message = socket.receive(); message; message = socket.receive()) {
        heard.push(numberIn(message.payload));
      }
      if (heard.length < 3000) sender.send(numbered(heard.length));
      else resolve();
    });
    sender.send(numbered(0));
    await promise;
    expect(heard).toEqual(Array.from({ length: 3000 }, (_, index) => index));
  });

  test("calls again until everything is read, and then no more", async () => {
    using socket = openSocket();
    using sender = openSocket({ remote: socket.local });
    for (let number = 0; number < 50; number++) sender.send(numbered(number));
    const heard: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    using _watch = watchReadable(socket.fd, () => {
      const message = socket.receive();
      heard.push(message === undefined ? -1 : numberIn(message.payload));
      if (heard.length === 50) resolve();
    });
    await promise;
    await anotherWatchCalls();
    expect(heard).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test("wakes for what the network says", async () => {
    using closed = openSocket();
    const to = closed.local;
    closed[Symbol.dispose]();
    using socket = openSocket();
    socket.reportErrors(true);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    using _watch = watchReadable(socket.fd, () => resolve(socket.receiveError()?.name));
    socket.send(numbered(0), { to });
    expect(await promise).toBe("ECONNREFUSED");
  });

  test("two at once each hear their own", async () => {
    using one = openSocket();
    using other = openSocket();
    const heard: [string, number][] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const hear = (name: string, socket: MessageSocket) => (): void => {
      for (let message = socket.receive(); message; message = socket.receive()) {
        heard.push([name, message.from.port]);
      }
      if (heard.length === 2) resolve();
    };
    using _one = watchReadable(one.fd, hear("one", one));
    using _other = watchReadable(other.fd, hear("other", other));
    one.send(numbered(0), { to: other.local });
    other.send(numbered(0), { to: one.local });
    await promise;
    expect(heard.toSorted()).toEqual([
      ["one", other.local.port],
      ["other", one.local.port],
    ]);
  });

  test("calls nobody once disposed, though datagrams wait", async () => {
    using socket = openSocket();
    socket.send(numbered(0), { to: socket.local });
    const callers: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    // Nobody reads, so while one is called others have their calls under way.
    const watches = Array.from({ length: 4 }, (_, index) =>
      watchReadable(socket.fd, () => {
        callers.push(index);
        if (new Set(callers).size < 4) return;
        for (const watch of watches) watch[Symbol.dispose]();
        resolve();
      }),
    );
    await promise;
    const callCount = callers.length;
    await anotherWatchCalls();
    expect(callers).toHaveLength(callCount);
  });

  test("leaves no descriptor behind", async () => {
    using socket = openSocket();
    const before = eventDescriptorCount();
    const watches = Array.from({ length: 8 }, () => watchReadable(socket.fd, () => {}));
    const meanwhile = eventDescriptorCount();
    for (const watch of watches) watch[Symbol.dispose]();
    while (eventDescriptorCount() > before) await new Promise((resolve) => setImmediate(resolve));
    expect(meanwhile).toBeGreaterThanOrEqual(before + 8);
  });

  test.each<[string, number, string]>([
    ["disposed", 0, ""],
    ["disposed-at-once", 0, ""],
    ["disposed-after-closing", 0, ""],
    ["callback-throws", 1, "the callback's own"],
    ["program-throws", 1, "the program's own"],
    ["exits", 3, ""],
  ])("lets the process end: %s", async (ending, code, message) => {
    const program = Bun.fileURLToPath(import.meta.resolve("./readable-watch/ending.ts"));
    const child = Bun.spawn([process.execPath, program, ending], { stderr: "pipe" });
    const stderr = await child.stderr.text();
    expect({ code: await child.exited, stderr }).toEqual({
      code,
      stderr: message === "" ? "" : expect.stringContaining(message),
    });
  });
});

/** Settles when a watch that begins now has called: later than any call that was under way. */
async function anotherWatchCalls(): Promise<void> {
  using socket = openSocket();
  socket.send(numbered(0), { to: socket.local });
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watch = watchReadable(socket.fd, resolve);
  await promise;
}

function eventDescriptorCount(): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "closed meanwhile";
    }
  });
  return targets.filter((target) => target.includes("eventfd")).length;
}

function openSocket(options: Partial<MessageSocketOptions> = {}): MessageSocket {
  return new MessageSocket({ family: 4, local: LOOPBACK, ...options });
}

function numbered(number: number): Uint8Array {
  const payload = new DataView(new ArrayBuffer(4));
  payload.setUint32(0, number);
  return new Uint8Array(payload.buffer);
}

function numberIn(payload: Uint8Array): number {
  return new DataView(payload.buffer).getUint32(0);
}
