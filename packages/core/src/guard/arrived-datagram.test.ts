import { expect, test } from "bun:test";
import { ArrivalReader } from "./arrived-datagram.ts";

test("ArrivalReader says where datagrams came from, in one object for all of them", () => {
  const reader = new ArrivalReader();
  const payload = Uint8Array.of(1, 2, 3);
  const first = reader.read(payload, { address: "192.0.2.7", port: 40_831 });
  expect(first).toEqual({
    payload,
    sourceAddress: Uint32Array.of(0, 0, 0xff_ff, 0xc0_00_02_07),
    sourcePort: 40_831,
  });
  const second = reader.read(new Uint8Array(), { address: "2001:db8::7", port: 1 });
  expect(second).toBe(first);
  expect([...second.sourceAddress, second.sourcePort, second.payload.byteLength]).toEqual([
    0x20_01_0d_b8, 0, 0, 7, 1, 0,
  ]);
});
