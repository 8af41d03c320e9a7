import { expect, test } from "bun:test";
import { bytes, openPeer } from "./peer.ts";
import type { ContractWorld } from "./world.ts";
import { anyPort, closedEndpoint } from "./world.ts";

/** TEST-NET-1 (RFC 5737): no host has it. */
const FOREIGN_ADDRESS = "192.0.2.1";

export function describeOpening(setup: () => ContractWorld): void {
  test("without `local`, listens at 0.0.0.0 on a port that the system chose", async () => {
    const { near } = setup();
    await using peer = await openPeer(near.open, {});
    const { address, port } = peer.socket.local;
    expect({ address, isChosen: port > 0, remote: peer.socket.remote }).toEqual({
      address: "0.0.0.0",
      isChosen: true,
      remote: undefined,
    });
  });

  test("a port in use is UDP_ADDRESS_IN_USE, for its address and for all", async () => {
    const { near } = setup();
    await using peer = await openPeer(near.open, { local: anyPort(near.ipv4) });
    const { port } = peer.socket.local;
    for (const address of [near.ipv4, "0.0.0.0", "::"]) {
      await expect(openPeer(near.open, { local: { address, port } })).rejects.toMatchObject({
        code: "UDP_ADDRESS_IN_USE",
      });
    }
  });

  test("an address of another host is UDP_ADDRESS_NOT_AVAILABLE", async () => {
    const { near } = setup();
    await expect(openPeer(near.open, { local: anyPort(FOREIGN_ADDRESS) })).rejects.toMatchObject({
      code: "UDP_ADDRESS_NOT_AVAILABLE",
    });
  });

  test("so it is on a socket with a peer", async () => {
    const { near, far } = setup();
    const remote = { address: far.ipv4, port: 1060 };
    await expect(
      openPeer(near.open, { local: anyPort(FOREIGN_ADDRESS), remote }),
    ).rejects.toMatchObject({ code: "UDP_ADDRESS_NOT_AVAILABLE" });
  });

  test("a peer of the other family is UDP_UNREACHABLE", async () => {
    const { near, far } = setup();
    const remote = { address: far.ipv6, port: 1060 };
    await expect(openPeer(near.open, { local: anyPort(near.ipv4), remote })).rejects.toMatchObject({
      code: "UDP_UNREACHABLE",
    });
  });

  test("rejects with the reason of a signal that is aborted already", async () => {
    const { near } = setup();
    const reason = new Error("not any more");
    await expect(openPeer(near.open, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("rejects too where the signal is aborted meanwhile, and leaves nothing open", async () => {
    const { near } = setup();
    const local = await closedEndpoint(near, "ipv4");
    const controller = new AbortController();
    const opening = openPeer(near.open, { local, signal: controller.signal });
    controller.abort(new Error("not any more"));
    await expect(opening).rejects.toThrow("not any more");
    await using successor = await openPeer(near.open, { local });
    expect(successor.socket.local).toEqual(local);
  });

  test("a datagram without a destination is UDP_BAD_OPTION", async () => {
    const { near } = setup();
    await using peer = await openPeer(near.open, {});
    expect(() => peer.socket.send(bytes("where to?"))).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });
}
