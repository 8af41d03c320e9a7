import { expect, test } from "bun:test";
import { bytes, openPeer, texts } from "./peer.ts";
import type { ContractWorld } from "./world.ts";
import { anyPort, MAX_PAYLOAD_BYTES } from "./world.ts";

export function describePayloads(setup: () => ContractWorld): void {
  test("the sender may reuse its buffer, and what was received stays as it came", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const buffer = Buffer.alloc(9);
    const sent = ["datagram1", "datagram2", "datagram3"];
    for (const text of sent) {
      buffer.write(text);
      client.socket.send(buffer, server.socket.local);
    }
    buffer.fill(0);
    await until(() => server.received.length === 3);
    expect(texts(server)).toEqual(sent);
  });

  test("a received payload belongs to the callee", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
    for (const text of ["one", "two"]) {
      client.socket.send(bytes(text), server.socket.local);
      await until(() => server.received.at(-1)?.payload[0] === text.charCodeAt(0));
      server.received.at(-1)?.payload.set(bytes("*"));
    }
    expect(texts(server)).toEqual(["*ne", "*wo"]);
  });
}

export function describeSendMany(setup: () => ContractWorld): void {
  test("counts what was taken, in order, to different peers", async () => {
    const { near, far, until } = setup();
    await using one = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using other = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const takenCount = client.socket.sendMany([
      { payload: bytes("a"), to: one.socket.local },
      { payload: bytes("b"), to: other.socket.local },
      { payload: bytes("c"), to: one.socket.local },
    ]);
    await until(() => one.received.length === 2 && other.received.length === 1);
    expect({
      takenCount,
      none: client.socket.sendMany([]),
      one: texts(one),
      other: texts(other),
    }).toEqual({ takenCount: 3, none: 0, one: ["a", "c"], other: ["b"] });
  });

  test("needs no destination on a connected socket", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { remote: server.socket.local });
    const takenCount = client.socket.sendMany([{ payload: bytes("a") }, { payload: bytes("b") }]);
    await until(() => server.received.length === 2);
    expect({ takenCount, server: texts(server) }).toEqual({ takenCount: 2, server: ["a", "b"] });
  });

  test("stops before a datagram that cannot be sent, and throws where it is the first", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const to = server.socket.local;
    const fits = { payload: bytes("fits"), to };
    const tooLarge = { payload: new Uint8Array(MAX_PAYLOAD_BYTES.ipv4 + 1), to };
    const takenCount = client.socket.sendMany([fits, tooLarge, fits]);
    expect(() => client.socket.sendMany([tooLarge, fits])).toThrow(
      expect.objectContaining({ code: "UDP_TOO_LARGE" }),
    );
    client.socket.send(bytes("last"), to);
    await until(() => texts(server).includes("last"));
    expect({ takenCount, server: texts(server) }).toEqual({
      takenCount: 1,
      server: ["fits", "last"],
    });
  });

  test("stops before a datagram without a destination, or to port 0", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using client = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const payload = bytes("sent");
    const toServer = { payload, to: server.socket.local };
    const unsendable = [{ payload }, { payload, to: { address: far.ipv4, port: 0 } }];
    const takenCounts = unsendable.map((datagram) => client.socket.sendMany([toServer, datagram]));
    for (const datagram of unsendable) {
      expect(() => client.socket.sendMany([datagram, toServer])).toThrow(
        expect.objectContaining({ code: "UDP_BAD_OPTION" }),
      );
    }
    client.socket.send(bytes("last"), server.socket.local);
    await until(() => texts(server).includes("last"));
    expect({ takenCounts, server: texts(server) }).toEqual({
      takenCounts: [1, 1],
      server: ["sent", "sent", "last"],
    });
  });
}
