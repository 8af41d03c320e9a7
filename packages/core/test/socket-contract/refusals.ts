import { expect, test } from "bun:test";
import { bytes, openPeer, texts } from "./peer.ts";
import type { ContractWorld, Family } from "./world.ts";
import { anyPort, closedEndpoint } from "./world.ts";

export function describeRefusals(setup: () => ContractWorld, family: Family): void {
  test("a refused datagram reaches `onError`, and the next one its healthy peer", async () => {
    const { near, far, until } = setup();
    const closed = await closedEndpoint(far, family);
    await using healthy = await openPeer(far.open, { local: anyPort(far[family]) });
    await using client = await openPeer(near.open, {
      hearsErrors: true,
      local: anyPort(near[family]),
    });
    client.socket.send(bytes("lost"), closed);
    client.socket.send(bytes("at once"), healthy.socket.local);
    await until(() => client.errorCodes.length > 0 && healthy.received.length > 0);
    client.socket.send(bytes("lost"), closed);
    await until(() => client.errorCodes.length > 1);
    client.socket.send(bytes("after the error"), healthy.socket.local);
    await until(() => healthy.received.length === 2);
    expect({ errorCodes: client.errorCodes, healthy: texts(healthy) }).toEqual({
      errorCodes: ["UDP_REFUSED", "UDP_REFUSED"],
      healthy: ["at once", "after the error"],
    });
  });

  test("a connected socket hears that its peer refuses", async () => {
    const { near, far, until } = setup();
    const closed = await closedEndpoint(far, family);
    await using client = await openPeer(near.open, { hearsErrors: true, remote: closed });
    client.socket.send(bytes("question"));
    await until(() => client.errorCodes.length > 0);
    expect(client.errorCodes).toEqual(["UDP_REFUSED"]);
  });

  test("without `onError`, vanished peers cost none of 20 datagrams to a healthy one", async () => {
    const { near, far, until } = setup();
    await using healthy = await openPeer(far.open, { local: anyPort(far[family]) });
    await using server = await openPeer(near.open, { local: anyPort(near[family]) });
    const rounds = Array.from({ length: 20 }, (_, index) => `round ${index + 1}`);
    for (const [index, round] of rounds.entries()) {
      server.socket.send(bytes("gone"), await closedEndpoint(far, family));
      server.socket.send(bytes(round), healthy.socket.local);
      await until(() => healthy.received.length > index);
    }
    expect(texts(healthy)).toEqual(rounds);
  });
}
