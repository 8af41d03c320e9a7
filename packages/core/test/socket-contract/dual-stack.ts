import { expect, test } from "bun:test";
import { bytes, heard, openPeer, texts } from "./peer.ts";
import type { ContractWorld } from "./world.ts";
import { anyPort, closedEndpoint, FAMILIES } from "./world.ts";

export function describeDualStack(setup: () => ContractWorld): void {
  test("shows an IPv4 client as IPv4, an IPv6 client as IPv6, and answers both", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort("::") });
    const { port } = server.socket.local;
    for (const [index, family] of FAMILIES.entries()) {
      await using client = await openPeer(near.open, { local: anyPort(near[family]) });
      client.socket.send(bytes("question"), { address: far[family], port });
      await until(() => server.received.length === index + 1);
      for (const { from } of server.received.slice(index))
        server.socket.send(bytes("answer"), from);
      await until(() => client.received.length > 0);
      expect({ server: heard(server).at(-1), client: heard(client) }).toEqual({
        server: { text: "question", from: client.socket.local },
        client: [{ text: "answer", from: { address: far[family], port } }],
      });
    }
  });

  test("with `ipv6Only` does not hear IPv4, and leaves the port to another", async () => {
    const { near, far, until } = setup();
    await using ipv6 = await openPeer(far.open, { local: anyPort("::"), ipv6Only: true });
    const { port } = ipv6.socket.local;
    await using ipv4 = await openPeer(far.open, { local: { address: "0.0.0.0", port } });
    for (const family of FAMILIES) {
      await using client = await openPeer(near.open, { local: anyPort(near[family]) });
      client.socket.send(bytes(family), { address: far[family], port });
      await until(() => [...texts(ipv4), ...texts(ipv6)].includes(family));
    }
    expect({ ipv4: texts(ipv4), ipv6: texts(ipv6) }).toEqual({ ipv4: ["ipv4"], ipv6: ["ipv6"] });
  });

  test("with `ipv6Only` has no IPv4 to send with either: UDP_UNREACHABLE", async () => {
    const { near, far } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using ipv6 = await openPeer(near.open, { local: anyPort("::"), ipv6Only: true });
    expect(() => ipv6.socket.send(bytes("question"), server.socket.local)).toThrow(
      expect.objectContaining({ code: "UDP_UNREACHABLE" }),
    );
  });

  test("without `onError`, loses nothing to vanished peers of either family", async () => {
    const { near, far, until } = setup();
    await using healthy = await openPeer(far.open, { local: anyPort(far.ipv4) });
    await using server = await openPeer(near.open, { local: anyPort("::") });
    for (const [index, family] of FAMILIES.entries()) {
      server.socket.send(bytes("gone"), await closedEndpoint(far, family));
      server.socket.send(bytes(family), healthy.socket.local);
      await until(() => healthy.received.length > index);
    }
    expect(texts(healthy)).toEqual([...FAMILIES]);
  });
}
