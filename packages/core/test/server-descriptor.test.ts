import { describe, expect, spyOn, test } from "bun:test";
import { addressFamily } from "../src/index.ts";
import type { ServerDescriptor, ServerDescriptorOptions } from "../src/linux/index.ts";
import {
  BatchSocket,
  closeDescriptor,
  MessageSocket,
  openServerDescriptor,
  openServerDescriptors,
} from "../src/linux/index.ts";
import { libc } from "../src/linux/libc.ts";

const SOCKETS = 8;
const SOURCES = Array.from({ length: 16 }, (_, index) => `127.0.0.${index + 1}`);
const PORTS_OF_A_SOURCE = 20;

/** Sockets that share a port, until they are disposed of. */
function share(options: ServerDescriptorOptions, stack: DisposableStack): ServerDescriptor[] {
  const descriptors = [...openServerDescriptors(options, SOCKETS)];
  for (const { fd } of descriptors) stack.defer(() => closeDescriptor(fd));
  return descriptors;
}

/** From many ports of each source one datagram. */
function sendFromEverywhere(sources: readonly string[], port: number): void {
  for (const source of sources) {
    const family = addressFamily(source);
    for (let number = 0; number < PORTS_OF_A_SOURCE; number++) {
      using sender = new MessageSocket({ family, local: { address: source, port: 0 } });
      const to = { address: family === 4 ? "127.0.0.1" : "::1", port };
      sender.send(new Uint8Array(number % 3 === 0 ? 20_000 : 4), { to });
    }
  }
}

/** How many datagrams came from each source, in words of their last one, to a socket. */
function countSources(socket: BatchSocket): Map<number, number> {
  const counts = new Map<number, number>();
  for (let count = socket.receive(); count > 0; count = socket.receive()) {
    for (const { sourceAddress } of socket.slots.slice(0, count)) {
      const [, , , source = 0] = sourceAddress;
      counts.set(source, (counts.get(source) ?? 0) + 1);
    }
  }
  return counts;
}

describe.skipIf(process.platform !== "linux")("sockets that share a port (Linux)", () => {
  test.each([
    ["127.0.0.1", SOURCES],
    ["0.0.0.0", SOURCES],
    ["::", [...SOURCES, "::1"]],
    ["::1", ["::1"]],
  ])("at %s each hear some sources, and all of them", (address, sources) => {
    using stack = new DisposableStack();
    const family = addressFamily(address);
    const descriptors = share({ local: { address, port: 0 } }, stack);
    const sockets = descriptors.map(({ fd }) => new BatchSocket(fd, { family }));
    sendFromEverywhere(sources, descriptors[0]?.local.port ?? 0);
    const counts = sockets.map(countSources);
    const everyone = counts.flatMap((some) => [...some.values()]);
    expect(everyone).toEqual(sources.map(() => PORTS_OF_A_SOURCE));
    const heardCount = counts.filter(({ size }) => size > 0).length;
    if (sources.length > 1) expect(heardCount).toBeGreaterThan(SOCKETS / 4);
  });

  test("share it with nobody who does not, and take it from nobody", () => {
    using stack = new DisposableStack();
    const [first] = share({ local: { address: "127.0.0.1", port: 0 } }, stack);
    const local = first?.local ?? { address: "127.0.0.1", port: 0 };
    const inUse = expect.objectContaining({ code: "UDP_ADDRESS_IN_USE" });
    expect(() => openServerDescriptor({ local })).toThrow(inUse);
    expect(() => openServerDescriptors({ local }, 2)).toThrow(inUse);
  });

  test("are closed where one of them cannot be opened", () => {
    const alone = openServerDescriptor({ local: { address: "127.0.0.1", port: 0 } });
    closeDescriptor(alone.fd);
    const { socket } = libc();
    let openedCount = 0;
    using calls = spyOn(libc(), "socket");
    const openSome = (...what: Parameters<typeof socket>): number =>
      openedCount++ < SOCKETS - 1 ? socket(...what) : -1;
    // What marks a function of the C library comes with it.
    calls.mockImplementation(Object.assign(openSome, socket));
    expect(() => openServerDescriptors(alone, SOCKETS)).toThrow(
      expect.objectContaining({ code: "UDP_SYSTEM" }),
    );
    calls.mockRestore();
    closeDescriptor(openServerDescriptor(alone).fd);
    expect(openedCount).toBe(SOCKETS);
  });
});
