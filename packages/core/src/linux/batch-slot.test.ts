import { expect, test } from "bun:test";
import { BatchSlot } from "./batch-slot.ts";
import { encodeSockaddr, MAX_SOCKADDR_BYTES } from "./sockaddr.ts";

/** A slot as the kernel fills it; the interface of a link-local source is a number of this host. */
function slotFrom(address: string, port: number, scope = 0): BatchSlot {
  const sockaddr = new Uint8Array(MAX_SOCKADDR_BYTES);
  sockaddr.set(encodeSockaddr({ address, port }));
  if (scope !== 0) new DataView(sockaddr.buffer).setUint32(24, scope, true);
  const slot = new BatchSlot(new Uint8Array(64), sockaddr);
  slot.fill(1);
  return slot;
}

test("an endpoint is that of another datagram only where all of it is", () => {
  const sources: [string, number, number?][] = [
    ["192.0.2.1", 1060],
    ["192.0.2.2", 1060],
    ["192.0.2.1", 1061],
    ["2001:db8::1", 1060],
    ["2001:db9::1", 1060],
    ["2001:db8:1::1", 1060],
    ["2001:db8:0:1::1", 1060],
    ["2001:db8::1:0:1", 1060],
    ["2001:db8::1:0:0:1", 1060],
    ["2001:db8::2", 1060],
    ["2001:db8::1", 1061],
    ["fe80::1", 1060, 2],
    ["fe80::1", 1060, 3],
  ];
  const same = sources.map((mine) =>
    sources.filter((other) => slotFrom(...mine).isFromSourceOf(slotFrom(...other))),
  );
  expect(same).toEqual(sources.map((source) => [source]));
});
