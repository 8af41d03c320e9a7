import { describe, expect, test } from "bun:test";
import { openBunSocket } from "@udp/core";
import type { HeardDatagram } from "../src/arrival.ts";
import { PortableSocket } from "../src/portable-socket.ts";

function open(onDatagram: (datagram: HeardDatagram) => void = () => undefined) {
  const local = { address: "127.0.0.1", port: 0 };
  return PortableSocket.open({ local, allowBroadcast: false, onDatagram }, openBunSocket);
}

describe("on every system", () => {
  test("what is sent comes, without a word on how", async () => {
    const coming = Promise.withResolvers<HeardDatagram>();
    await using receiver = await open(coming.resolve);
    await using sender = await open();
    expect(sender.send(Uint8Array.of(1, 2), { to: receiver.local })).toBeUndefined();
    expect(await coming.promise).toEqual({ payload: Uint8Array.of(1, 2), from: sender.local });
  });

  test("what the system does not take is returned, not thrown", async () => {
    await using socket = await open();
    const to = { address: "127.0.0.1", port: 1060 };
    expect(socket.send(new Uint8Array(65_508), { to })).toMatchObject({ code: "UDP_TOO_LARGE" });
    socket.close();
    expect(socket.send(new Uint8Array(1), { to })).toMatchObject({ code: "UDP_CLOSED" });
  });

  test("groups are not joined, and that is said", async () => {
    await using socket = await open();
    expect(() => socket.join()).toThrow(expect.objectContaining({ code: "UDP_SYSTEM" }));
  });
});
