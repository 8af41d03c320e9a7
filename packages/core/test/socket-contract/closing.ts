import { expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { bytes, openPeer, texts } from "./peer.ts";
import type { ContractWorld } from "./world.ts";
import { anyPort, closedEndpoint } from "./world.ts";

export function describeClosing(setup: () => ContractWorld): void {
  test("no callback follows, not even for what is on its way", async () => {
    const { near, far, until } = setup();
    await using witness = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using sender = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const peer = await openPeer(far.open, { hearsErrors: true, local: anyPort(far.ipv4) });
    peer.socket.send(bytes("lost"), await closedEndpoint(near, "ipv4"));
    sender.socket.send(bytes("on its way"), peer.socket.local);
    peer.socket.close();
    peer.socket.close();
    sender.socket.send(bytes("too late"), peer.socket.local);
    sender.socket.send(bytes("for the witness"), witness.socket.local);
    await until(() => witness.received.length > 0);
    const { received, errorCodes, socket } = peer;
    expect({ received, errorCodes, isClosed: socket.isClosed }).toEqual({
      received: [],
      errorCodes: [],
      isClosed: true,
    });
  });

  test("sending afterwards is UDP_CLOSED, and nobody waits for `drained`", async () => {
    const { near, far } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    const { socket } = await openPeer(near.open, { local: anyPort(near.ipv4) });
    await socket.drained();
    socket.close();
    await socket.drained();
    const datagram = { payload: bytes("late"), to: server.socket.local };
    const closed = expect.objectContaining({ code: "UDP_CLOSED" });
    expect(() => socket.send(datagram.payload, datagram.to)).toThrow(closed);
    expect(() => socket.sendMany([datagram])).toThrow(closed);
  });

  test("frees the port, at the end of `await using` too", async () => {
    const { near } = setup();
    const first = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const { local } = first.socket;
    first.socket.close();
    {
      await using second = await openPeer(near.open, { local });
      expect(second.socket.local).toEqual(local);
    }
    await using third = await openPeer(near.open, { local });
    expect(third.socket.local).toEqual(local);
  });

  test("comes with the signal", async () => {
    const { near } = setup();
    const controller = new AbortController();
    const { socket } = await openPeer(near.open, {
      local: anyPort(near.ipv4),
      signal: controller.signal,
    });
    const before = socket.isClosed;
    controller.abort();
    expect({ before, after: socket.isClosed }).toEqual({ before: false, after: true });
    await using successor = await openPeer(near.open, { local: socket.local });
    expect(successor.socket.local).toEqual(socket.local);
  });

  test("lets go of the signal", async () => {
    const { near } = setup();
    const { signal } = new AbortController();
    const { socket } = await openPeer(near.open, { signal });
    const listenerCount = (): number => getEventListeners(signal, "abort").length;
    const whileOpen = listenerCount();
    socket.close();
    expect([whileOpen, listenerCount()]).toEqual([1, 0]);
  });

  test("leaves the other sockets of the port alone", async () => {
    const { near, far, until } = setup();
    const ipv4 = await openPeer(far.open, { local: anyPort(far.ipv4) });
    const { port } = ipv4.socket.local;
    await using ipv6 = await openPeer(far.open, { local: { address: far.ipv6, port } });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv6) });
    ipv4.socket.close();
    client.socket.send(bytes("still there?"), ipv6.socket.local);
    await until(() => ipv6.received.length > 0);
    expect(texts(ipv6)).toEqual(["still there?"]);
  });
}
