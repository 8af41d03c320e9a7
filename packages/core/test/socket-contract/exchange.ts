import { expect, test } from "bun:test";
import { seededRandom } from "../../src/random.ts";
import { bytes, heard, openPeer } from "./peer.ts";
import type { ContractWorld, Family } from "./world.ts";
import { anyPort, MAX_PAYLOAD_BYTES } from "./world.ts";

export function describeExchange(setup: () => ContractWorld, family: Family): void {
  test("a datagram goes there, and its answer back", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far[family]) });
    await using client = await openPeer(near.open, { local: anyPort(near[family]) });
    expect(client.socket.send(bytes("question"), server.socket.local)).toBe(true);
    await until(() => server.received.length > 0);
    for (const { from } of server.received) server.socket.send(bytes("answer"), from);
    await until(() => client.received.length > 0);
    expect({ server: heard(server), client: heard(client) }).toEqual({
      server: [{ text: "question", from: client.socket.local }],
      client: [{ text: "answer", from: server.socket.local }],
    });
  });

  test("`onDatagram` is given the socket, so that it can answer", async () => {
    const { near, far, until } = setup();
    await using server = await far.open({
      local: anyPort(far[family]),
      onDatagram: (payload, from, socket) => socket.send(payload, from),
    });
    await using client = await openPeer(near.open, { local: anyPort(near[family]) });
    client.socket.send(bytes("echo"), server.local);
    await until(() => client.received.length > 0);
    expect(heard(client)).toEqual([{ text: "echo", from: server.local }]);
  });

  test("`local` shows the port that the system chose", async () => {
    const { near } = setup();
    await using one = await openPeer(near.open, { local: anyPort(near[family]) });
    await using other = await openPeer(near.open, { local: anyPort(near[family]) });
    const { address, port } = one.socket.local;
    expect({ address, isChosen: port > 0, isOwn: port !== other.socket.local.port }).toEqual({
      address: near[family],
      isChosen: true,
      isOwn: true,
    });
  });

  test("empty and largest payloads arrive whole, one byte more is UDP_TOO_LARGE", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far[family]) });
    await using client = await openPeer(near.open, {
      hearsErrors: true,
      local: anyPort(near[family]),
    });
    const limitBytes = MAX_PAYLOAD_BYTES[family];
    const largest = randomBytes(limitBytes);
    expect(() => client.socket.send(new Uint8Array(limitBytes + 1), server.socket.local)).toThrow(
      expect.objectContaining({ code: "UDP_TOO_LARGE" }),
    );
    client.socket.send(new Uint8Array(), server.socket.local);
    client.socket.send(largest, server.socket.local);
    await until(() => server.received.length === 2);
    const [first, second] = server.received.map(({ payload }) => payload);
    expect(first).toHaveLength(0);
    expect(Buffer.compare(second ?? bytes(""), largest)).toBe(0);
    expect(client.errorCodes).toEqual([]);
  });
}

export function describeConnected(setup: () => ContractWorld, family: Family): void {
  test("a connected socket hears its peer only", async () => {
    const { near, far, until } = setup();
    await using server = await openPeer(far.open, { local: anyPort(far[family]) });
    await using stranger = await openPeer(far.open, { local: anyPort(far[family]) });
    await using client = await openPeer(near.open, { remote: server.socket.local });
    const clientEndpoint = { address: near[family], port: client.socket.local.port };
    stranger.socket.send(bytes("forged"), clientEndpoint);
    client.socket.send(bytes("question"));
    await until(() => server.received.length > 0);
    server.socket.send(bytes("answer"), clientEndpoint);
    await until(() => client.received.length > 0);
    expect({
      remote: client.socket.remote,
      server: heard(server),
      client: heard(client),
    }).toEqual({
      remote: server.socket.local,
      server: [{ text: "question", from: clientEndpoint }],
      client: [{ text: "answer", from: server.socket.local }],
    });
  });
}

function randomBytes(count: number): Uint8Array {
  const random = seededRandom(count);
  return Uint8Array.from({ length: count }, () => random() * 256);
}
